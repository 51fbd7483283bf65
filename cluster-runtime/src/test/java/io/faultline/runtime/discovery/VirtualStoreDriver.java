package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.session.SessionLink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A [StoreServer] and its [StoreClient]s on one manual loop; messages take no time.
final class VirtualStoreDriver implements StoreDriver {
    /// Far above the longest lease of the suite.
    private static final long AWAIT_MAX_NANOS = 60_000_000_000L;

    private final ManualLoop loop = new ManualLoop(1_000);
    private final StoreState state = new StoreState(StoreConfig.defaults());
    private final StoreServer server = new StoreServer(state, loop, event -> {});

    @Override
    public KeyValueStore connect() {
        List<StoreServer.Session> session = new ArrayList<>();
        SessionLink<StoreRequest> link =
                request -> loop.post(() -> session.getFirst().receive(request));
        StoreClient client = new StoreClient(loop, link, StoreClientConfig.defaults());
        session.add(server.open(answer -> loop.post(() -> client.received(answer))));
        return client;
    }

    @Override
    public NodeLoop loop() {
        return loop;
    }

    @Override
    public void run(Runnable task) {
        loop.post(task);
        loop.runDue();
    }

    @Override
    public void await(String what, BooleanSupplier condition) {
        long limitNanos = loop.now() + AWAIT_MAX_NANOS;
        while (!condition.getAsBoolean()) {
            if (!loop.runNext() || loop.now() > limitNanos) {
                throw new AssertionError("this never came true: " + what);
            }
        }
    }

    @Override
    public long shortLeaseNanos() {
        return 1_500_000_000L;
    }

    @Override
    public boolean compact(long revision) {
        state.compact(revision);
        return true;
    }

    @Override
    public void close() {
        server.stop();
        loop.stop();
    }
}
