/// The record of a run: its numbered events, the digest over them, lines to read, and the search for the first
/// event in which two runs differ.
@NullMarked
package io.faultline.sim.trace;

import org.jspecify.annotations.NullMarked;
