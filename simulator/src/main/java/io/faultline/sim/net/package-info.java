/// The modelled network: ordered connections over links with latency, delay, loss and partitions. What TCP
/// promises is promised here (order, no duplicates, a reset when the peer's process dies), and what it does not is
/// not: a partitioned peer is merely silent.
///
/// Words: a *port* is one life of one node on the network; a *link* is the way from one node to another, one
/// direction; a *channel* is a connection, and an *end* is one side of it.
@NullMarked
package io.faultline.sim.net;

import org.jspecify.annotations.NullMarked;
