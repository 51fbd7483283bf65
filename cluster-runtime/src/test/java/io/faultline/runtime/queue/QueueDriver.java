package io.faultline.runtime.queue;

import io.faultline.runtime.seam.NodeLoop;
import java.util.function.BooleanSupplier;

/// A queue under the conformance suite: how to reach it and how to let time pass. With a virtual queue the driver
/// moves time itself; with a real one it really waits, for the condition and never for a fixed time.
///
/// Everything the suite gives to it runs on [#loop].
public interface QueueDriver extends AutoCloseable {
    /// A client of its own for each call, all living on [#loop]. The queue keeps to [#config].
    WorkQueue connect();

    NodeLoop loop();

    /// Runs `task` in a turn of the loop and returns when it ran.
    void run(Runnable task);

    /// Lets the world go on until `condition`, looked at on the loop, holds. Fails, naming `what`, when that takes
    /// longer than anything in the suite can.
    void await(String what, BooleanSupplier condition);

    /// Limits small enough for the suite: an ack wait of at most a second, at most ten messages, three deliveries.
    QueueConfig config();

    @Override
    void close();
}
