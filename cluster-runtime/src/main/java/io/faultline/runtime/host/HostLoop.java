package io.faultline.runtime.host;

import io.faultline.runtime.seam.NodeLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node's loop on a real thread: the tasks of one [EventExecutor]. It can be frozen (tasks wait, in order) and
/// killed (tasks are dropped), as a process can. A task that throws ends the node through `onFatal`: a node that
/// has met a state that cannot be must not go on.
///
/// [#post] may be called from any thread, everything else on the loop, but [#freeze], [#thaw] and [#kill], which
/// belong to the host and may come from anywhere.
public final class HostLoop implements NodeLoop {
    private static final Logger LOG = LoggerFactory.getLogger(HostLoop.class);

    private final String name;
    private final EventExecutor executor;
    private final long originNanos;
    private final Consumer<Throwable> onFatal;
    private final List<Runnable> held = new ArrayList<>();
    private final Object lock = new Object();
    private boolean frozen;
    private volatile boolean dead;
    private volatile boolean mayBeFrozen;

    /// @param originNanos the [System#nanoTime] that is this world's time 0
    public HostLoop(String name, EventExecutor executor, long originNanos, Consumer<Throwable> onFatal) {
        this.name = name;
        this.executor = executor;
        this.originNanos = originNanos;
        this.onFatal = onFatal;
    }

    @Override
    public long now() {
        return System.nanoTime() - originNanos;
    }

    @Override
    public void post(Runnable task) {
        try {
            executor.execute(() -> run(task));
        } catch (RejectedExecutionException _) {
            // The executor is shutting down: a stopped loop drops its tasks.
        }
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        try {
            Future<?> due = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> due.cancel(false);
        } catch (RejectedExecutionException _) {
            return () -> {};
        }
    }

    /// True on this loop's thread.
    public boolean isCurrent() {
        return executor.inEventLoop();
    }

    /// No task begins from now on until [#thaw].
    public void freeze() {
        synchronized (lock) {
            frozen = true;
            mayBeFrozen = true;
        }
    }

    /// Runs what was held, in order, then goes on.
    public void thaw() {
        synchronized (lock) {
            frozen = false;
        }
        post(() -> {});
    }

    /// Drops everything that is due or posted from now on.
    public void kill() {
        dead = true;
        synchronized (lock) {
            held.clear();
        }
    }

    public boolean isFrozen() {
        synchronized (lock) {
            return frozen;
        }
    }

    public boolean isDead() {
        return dead;
    }

    private void run(Runnable task) {
        if (mayBeFrozen) {
            List<Runnable> due = holdOrRelease(task);
            due.forEach(this::runNow);
        } else {
            runNow(task);
        }
    }

    private void runNow(Runnable task) {
        if (dead) {
            return;
        }
        try {
            task.run();
        } catch (Throwable e) {
            if (!dead) {
                LOG.error("node {} ends: a task failed", name, e);
                dead = true;
                onFatal.accept(e);
            }
        }
    }

    /// Keeps the task while frozen; after a thaw, the tasks to run now: those held, then this one.
    private List<Runnable> holdOrRelease(Runnable task) {
        synchronized (lock) {
            held.add(task);
            if (frozen) {
                return List.of();
            }
            List<Runnable> due = new ArrayList<>(held);
            held.clear();
            mayBeFrozen = false;
            return due;
        }
    }
}
