package io.faultline.runtime.host.queue;

import io.faultline.runtime.host.store.ThreadedLoop;
import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueConfig;
import io.faultline.runtime.queue.QueueDriver;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.queue.WorkQueueConformance;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.BooleanSupplier;

/// The embedded queue on real threads.
class EmbeddedQueueConformanceTest extends WorkQueueConformance {
    @Override
    protected QueueDriver open() {
        return new Driver();
    }

    private static final class Driver implements QueueDriver {
        private static final long SECOND = 1_000_000_000L;

        private final ThreadedLoop queueThread = new ThreadedLoop();
        private final ThreadedLoop thread = new ThreadedLoop();
        // The cases are about answers; a busy machine may take its time.
        private final EmbeddedQueue queue =
                new EmbeddedQueue(queueThread.loop(), config(), new QueueClientConfig(30 * SECOND, 1_000), event -> {});

        @Override
        public WorkQueue connect() {
            return queue.connect(thread.loop()).client();
        }

        @Override
        public NodeLoop loop() {
            return thread.loop();
        }

        @Override
        public void run(Runnable task) {
            thread.run(task);
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            thread.await(what, condition);
        }

        @Override
        public QueueConfig config() {
            return new QueueConfig(SECOND, 3, 10, 100, 60 * SECOND, 120 * SECOND, 100, 10, 100);
        }

        @Override
        public void close() {
            queue.close();
            thread.close();
            queueThread.close();
        }
    }
}
