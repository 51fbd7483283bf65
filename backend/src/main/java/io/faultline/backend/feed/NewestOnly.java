package io.faultline.backend.feed;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands one consumer the newest of the values it is offered, one at a time: the next one only after the consumer said
/// that it took the last. What is offered meanwhile replaces what waits, so a consumer that is slow, or gone, costs one
/// value of memory and never delays the others. Thread-safe.
final class NewestOnly<T> {
    private static final Logger LOG = LoggerFactory.getLogger(NewestOnly.class);

    private final Executor executor;
    private final ClusterFeed.Listener<T> consumer;
    private final AtomicReference<@Nullable T> waiting = new AtomicReference<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean cancelled;

    NewestOnly(Executor executor, ClusterFeed.Listener<T> consumer) {
        this.executor = executor;
        this.consumer = consumer;
    }

    void offer(T value) {
        waiting.set(value);
        deliverNext();
    }

    /// Nothing begins to be delivered after this returns.
    void cancel() {
        cancelled = true;
        waiting.set(null);
    }

    private void deliverNext() {
        if (!cancelled && waiting.get() != null && busy.compareAndSet(false, true)) {
            executor.execute(this::deliver);
        }
    }

    private void deliver() {
        AtomicBoolean wasTaken = new AtomicBoolean();
        Runnable taken = () -> {
            if (wasTaken.compareAndSet(false, true)) {
                busy.set(false);
                // A value may have come between the look and the release; whoever takes `busy` delivers it.
                deliverNext();
            }
        };
        T next = waiting.getAndSet(null);
        if (next == null || cancelled) {
            taken.run();
            return;
        }
        try {
            consumer.hear(next, taken);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed; it gets the next value all the same", e);
            taken.run();
        }
    }
}
