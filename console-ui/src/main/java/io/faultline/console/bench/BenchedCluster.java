package io.faultline.console.bench;

import io.faultline.runtime.event.ClusterEvent;
import java.util.List;

/// A cluster to be measured, in whatever world. Workers are counted from 0. All times are [System#nanoTime], in events
/// too. Confined to the bench's thread.
interface BenchedCluster extends AutoCloseable {
    /// How a frontend knows that a worker is dead.
    enum Detection {
        /// By its streams: closed connections, heartbeats.
        STREAMS,
        /// By its lease alone.
        LEASE
    }

    int workers();

    /// The port of a frontend of that kind.
    int apiPort(Detection detection);

    /// The instance that a worker is now.
    long instance(int worker) throws Exception;

    /// Ends a worker as SIGKILL does.
    Blow kill(int worker) throws Exception;

    /// Starts a killed worker and returns when it serves again.
    void restart(int worker) throws Exception;

    /// Holds a worker as SIGSTOP does.
    Blow freeze(int worker) throws Exception;

    /// Lets it go on and returns when it serves again.
    void thaw(int worker) throws Exception;

    /// Ends everything in order and tells what happened, each node's events in their order.
    List<ClusterEvent> finish() throws Exception;

    @Override
    void close();

    /// @param atNanos just before it
    /// @param seenNanos when a bare socket to the worker was closed; 0 when there is no such thing
    record Blow(long atNanos, long seenNanos) {}
}
