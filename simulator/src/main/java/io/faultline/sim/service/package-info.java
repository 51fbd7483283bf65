/// The services of a simulated cluster, the store and the queues, as nodes of the modelled network. What they do is the
/// runtime's; here is only how their messages travel.
@NullMarked
package io.faultline.sim.service;

import org.jspecify.annotations.NullMarked;
