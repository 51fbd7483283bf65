package io.faultline.runtime.host.store;

import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.seam.NodeLoop;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A loop with a thread of its own, and ways for a test to wait for it. A condition is looked at on the loop every few
/// milliseconds, by the loop's own timer; a task that throws ends the wait.
public final class ThreadedLoop implements AutoCloseable {
    /// Far above what any case takes; only a failing one waits that long.
    private static final long AWAIT_MAX_SECONDS = 300;
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    private final DefaultEventExecutor executor = new DefaultEventExecutor();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private final HostLoop loop = new HostLoop("test", executor, System.nanoTime(), broken::completeExceptionally);

    public NodeLoop loop() {
        return loop;
    }

    public void run(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        get(done, "a turn of the loop");
    }

    public void await(String what, BooleanSupplier condition) {
        CompletableFuture<Void> met = new CompletableFuture<>();
        loop.post(() -> look(condition, met));
        try {
            get(met, what);
        } finally {
            met.cancel(false);
        }
    }

    @Override
    public void close() {
        loop.kill();
        var _ = executor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private void look(BooleanSupplier condition, CompletableFuture<Void> met) {
        if (condition.getAsBoolean()) {
            met.complete(null);
        } else if (!met.isDone()) {
            loop.after(LOOK_AGAIN_NANOS, () -> look(condition, met));
        }
    }

    private void get(CompletableFuture<Void> future, String what) {
        try {
            CompletableFuture.anyOf(future, broken).get(AWAIT_MAX_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("this never came true: " + what, e);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for: " + what, e);
        }
    }

    private static AssertionError rethrown(@Nullable Throwable failure) {
        if (failure instanceof AssertionError assertion) {
            return assertion;
        }
        return new AssertionError("a task on the loop failed", failure);
    }
}
