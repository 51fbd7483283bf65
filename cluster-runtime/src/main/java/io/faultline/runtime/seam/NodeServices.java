package io.faultline.runtime.seam;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.queue.AbsentQueue;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.transport.Transport;
import io.soabase.recordbuilder.core.RecordBuilder;

/// What a world gives to one node. A class takes the two or three of these that it needs, not the bundle.
///
/// @param id the node's name
/// @param loop its thread of control
/// @param random its stream of random numbers; fork by purpose
/// @param transport connections to and from other nodes
/// @param store discovery's key-value store
/// @param queue durable queues of work
/// @param events where the node writes what happened
@RecordBuilder
public record NodeServices(
        NodeId id,
        NodeLoop loop,
        RandomSource random,
        Transport transport,
        KeyValueStore store,
        WorkQueue queue,
        EventSink events)
        implements NodeServicesBuilder.With {

    /// In a cluster without queues.
    public NodeServices(
            NodeId id, NodeLoop loop, RandomSource random, Transport transport, KeyValueStore store, EventSink events) {
        this(id, loop, random, transport, store, new AbsentQueue(loop), events);
    }
}
