package io.faultline.backend.feed;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands one consumer the newest of the values it is offered, one at a time. What is offered while the consumer is
/// busy replaces what waits, so a slow consumer costs one value of memory and never delays the others. Thread-safe.
public final class NewestOnly<T> {
    private static final Logger LOG = LoggerFactory.getLogger(NewestOnly.class);

    private final Executor executor;
    private final Consumer<T> consumer;
    private final AtomicReference<@Nullable T> waiting = new AtomicReference<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean cancelled;

    public NewestOnly(Executor executor, Consumer<T> consumer) {
        this.executor = executor;
        this.consumer = consumer;
    }

    public void offer(T value) {
        waiting.set(value);
        if (!cancelled && busy.compareAndSet(false, true)) {
            executor.execute(this::deliver);
        }
    }

    /// Nothing begins to be delivered after this returns.
    public void cancel() {
        cancelled = true;
        waiting.set(null);
    }

    private void deliver() {
        while (true) {
            T next = waiting.getAndSet(null);
            if (next == null || cancelled) {
                busy.set(false);
                // A value may have come between the look and the release; whoever takes `busy` delivers it.
                if (waiting.get() == null || cancelled || !busy.compareAndSet(false, true)) {
                    return;
                }
                continue;
            }
            try {
                consumer.accept(next);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed; it gets the next value all the same", e);
            }
        }
    }
}
