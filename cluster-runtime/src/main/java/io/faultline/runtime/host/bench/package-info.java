/// Measures the frontend beside nginx on this machine: what one chunk of an event stream costs, and whether a
/// thousand streams keep their pace. Every part that is measured or that feeds a measured part is a process
/// of its own; the clients are in the process that measures. Words: a **chunk** is one token's event; the
/// **pace** is the time between two tokens of a stream; a **pair** is one measurement of each side, one right
/// after the other.
@NullMarked
package io.faultline.runtime.host.bench;

import org.jspecify.annotations.NullMarked;
