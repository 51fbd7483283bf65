package io.faultline.runtime.host.store;

import io.faultline.runtime.discovery.StoreDriver;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.BooleanSupplier;

/// A store in real time: its clients live on a loop with a thread, and waiting is real.
abstract class HostStoreDriver implements StoreDriver {
    private final ThreadedLoop thread = new ThreadedLoop();

    @Override
    public final NodeLoop loop() {
        return thread.loop();
    }

    @Override
    public final void run(Runnable task) {
        thread.run(task);
    }

    @Override
    public final void await(String what, BooleanSupplier condition) {
        thread.await(what, condition);
    }

    @Override
    public void close() {
        thread.close();
    }
}
