/// Virtual time: one queue of what will happen, ordered by (time, sequence), and the loops that nodes run on.
///
/// Time is a `long` of nanoseconds since the simulation began and moves only from one due turn to the next, so a
/// quiet second costs nothing and nothing polls. Equal times are ordered by the sequence in which turns were set;
/// there is no other order, and none that depends on the JVM.
@NullMarked
package io.faultline.sim.time;

import org.jspecify.annotations.NullMarked;
