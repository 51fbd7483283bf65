/// A whole cluster in virtual time: the runtime's own frontends, workers and load clients on simulated loops, over
/// the modelled network, with a store, an operator and an injector that carries faults out.
///
/// Words: a *life* of a node lasts from its start to its end; each has a loop, a port and a stream of random
/// numbers of its own.
@NullMarked
package io.faultline.sim.cluster;

import org.jspecify.annotations.NullMarked;
