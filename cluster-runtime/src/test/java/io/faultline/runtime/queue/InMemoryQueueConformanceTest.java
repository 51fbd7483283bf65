package io.faultline.runtime.queue;

import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.session.SessionLink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The queue of the embedded and the simulated world, on one loop in virtual time; messages take no time.
class InMemoryQueueConformanceTest extends WorkQueueConformance {
    @Override
    protected QueueDriver open() {
        return new Driver();
    }

    private static final class Driver implements QueueDriver {
        private static final long AWAIT_MAX_NANOS = 60_000_000_000L;

        private final ManualLoop loop = new ManualLoop(1_000);
        private final QueueServer server = new QueueServer(new QueueDisk(config()), loop, event -> {});

        @Override
        public WorkQueue connect() {
            List<QueueServer.Session> session = new ArrayList<>();
            SessionLink<QueueRequest> link =
                    request -> loop.post(() -> session.getFirst().receive(request));
            QueueClient client = new QueueClient(loop, link, QueueClientConfig.defaults());
            // An answer takes a microsecond, so that messages have an age.
            session.add(server.open(answer -> loop.after(1_000, () -> client.received(answer))));
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
        public QueueConfig config() {
            return new QueueConfig(500_000_000L, 3, 10, 100, 60_000_000_000L, 120_000_000_000L, 100, 10, 100);
        }

        @Override
        public void close() {
            server.stop();
            loop.stop();
        }
    }
}
