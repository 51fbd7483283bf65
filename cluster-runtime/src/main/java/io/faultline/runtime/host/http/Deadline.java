package io.faultline.runtime.host.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A point in time that moves often and is met rarely. Moving it later costs nothing: the timer that is set looks at it
/// when it is due and waits for the rest. Confined to its event loop.
final class Deadline {
    private final EventLoop loop;
    private final Runnable onDue;
    private boolean set;
    private long dueNanos;
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos;

    Deadline(EventLoop loop, Runnable onDue) {
        this.loop = loop;
        this.onDue = onDue;
    }

    long now() {
        return loop.ticker().nanoTime();
    }

    /// Replaces what was set before.
    void set(long delayNanos) {
        set = true;
        dueNanos = now() + Math.max(0, delayNanos);
        if (timer == null || dueNanos - timerNanos < 0) {
            if (timer != null) {
                timer.cancel(false);
            }
            schedule(delayNanos);
        }
    }

    void clear() {
        set = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule(long delayNanos) {
        timerNanos = dueNanos;
        timer = loop.schedule(this::onTimer, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        if (!set) {
            return;
        }
        long left = dueNanos - now();
        if (left > 0) {
            schedule(left);
        } else {
            set = false;
            onDue.run();
        }
    }
}
