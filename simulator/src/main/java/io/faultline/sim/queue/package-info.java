/// The queues of the simulated world: the runtime's own queue server and client, with the modelled network between
/// them, so that they can be killed, frozen and partitioned like every other node. What was published survives all of
/// it.
@NullMarked
package io.faultline.sim.queue;

import org.jspecify.annotations.NullMarked;
