package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.NodeLoop;
import java.util.function.BooleanSupplier;

/// A store under the conformance suite: how to reach it and how to let time pass. With a virtual store the driver
/// moves time itself; with a real one it really waits, for the condition and never for a fixed time.
///
/// Everything the suite gives to it runs on [#loop].
public interface StoreDriver extends AutoCloseable {
    /// A client of its own for each call, all living on [#loop].
    KeyValueStore connect();

    NodeLoop loop();

    /// Runs `task` in a turn of the loop and returns when it ran.
    void run(Runnable task);

    /// Lets the world go on until `condition`, looked at on the loop, holds. Fails, naming `what`, when that takes
    /// longer than anything in the suite can.
    void await(String what, BooleanSupplier condition);

    /// The time to ask leases for that are meant to expire.
    long shortLeaseNanos();

    /// Makes the store forget its history up to and with `revision`. False when it cannot be made to.
    boolean compact(long revision);

    @Override
    void close();
}
