/// The embedded world: a whole cluster in one JVM, in real time, with no server to install. Each node has a thread
/// of its own and can be killed, frozen and started again like a process.
@NullMarked
package io.faultline.runtime.host.embedded;

import org.jspecify.annotations.NullMarked;
