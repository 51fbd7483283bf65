package io.faultline.runtime.seam;

/// The single thread of control of one node. Tasks run one after the other, each to completion; nothing in a
/// task may block. All state of a node is confined to its loop.
///
/// Time is monotonic nanoseconds from an origin that the world chooses; it is only meaningful as a difference.
/// Within one world all nodes share the origin, although a simulated node's clock may drift from the others'.
public interface NodeLoop {

    /// The node's monotonic time in nanoseconds. Never goes back.
    long now();

    /// Runs `task` in a later turn, after the tasks already posted. The only method that may be called from
    /// outside the loop. A stopped loop drops the task.
    void post(Runnable task);

    /// Runs `task` once, `delayNanos` (at least 0) from now. Tasks due at the same time run in the order in
    /// which they were set.
    Timer after(long delayNanos, Runnable task);

    /// A task that is due later. Cancelling twice, or after it ran, does nothing.
    interface Timer {
        void cancel();
    }
}
