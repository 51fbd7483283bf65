/// The stories that are simulated, by name. A scenario draws everything that it leaves open (sizes, loads,
/// settings, moments) from the seed, each from a stream of its own name, so that every seed is another cluster in
/// another bad hour, and the same seed always the same.
@NullMarked
package io.faultline.sim.scenario;

import org.jspecify.annotations.NullMarked;
