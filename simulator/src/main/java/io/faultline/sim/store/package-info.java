/// The store of the simulated world: the runtime's own store server and client, with the modelled network between
/// them, so that it can be killed, frozen and partitioned like every other node.
@NullMarked
package io.faultline.sim.store;

import org.jspecify.annotations.NullMarked;
