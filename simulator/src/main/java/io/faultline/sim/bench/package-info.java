/// Studies of a whole cluster that need many runs of it: what it can do, and what is left of that when more is
/// asked.
@NullMarked
package io.faultline.sim.bench;

import org.jspecify.annotations.NullMarked;
