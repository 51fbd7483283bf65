package io.faultline.runtime.frontend;

import io.faultline.runtime.migration.StallConfig;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.LongConsumer;

/// Watches one attempt for a stream that yields nothing. One timer an attempt, which looks again when the time
/// that was left has passed, so that a token costs one assignment. If this loop itself was late, what the
/// worker sent meanwhile may be waiting behind this very turn, so the stream gets that much time once more.
/// Confined to the loop.
final class StallWatch {
    private final NodeLoop loop;
    private final StallConfig config;
    private final LongConsumer stalled;
    private long progressNanos;
    private long dueNanos;
    private boolean yielded;
    private boolean wasGivenMore;
    private NodeLoop.Timer timer = () -> {};

    /// @param stalled hears for how long nothing came; the watch is over then
    StallWatch(NodeLoop loop, StallConfig config, LongConsumer stalled) {
        this.loop = loop;
        this.config = config;
        this.stalled = stalled;
        this.progressNanos = loop.now();
        setTimer(config.firstTokenNanos());
    }

    void token() {
        progressNanos = loop.now();
        wasGivenMore = false;
        if (!yielded) {
            yielded = true;
            end();
            setTimer(config.nextTokenNanos());
        }
    }

    void end() {
        timer.cancel();
    }

    private void setTimer(long delayNanos) {
        if (delayNanos > 0) {
            dueNanos = loop.now() + delayNanos;
            timer = loop.after(delayNanos, this::look);
        }
    }

    private void look() {
        long now = loop.now();
        long lateNanos = Math.max(0, now - dueNanos);
        progressNanos += lateNanos;
        long left = progressNanos + (yielded ? config.nextTokenNanos() : config.firstTokenNanos()) - now;
        if (left > 0) {
            setTimer(left);
        } else if (lateNanos > 0 && !wasGivenMore) {
            wasGivenMore = true;
            setTimer(lateNanos);
        } else {
            stalled.accept(now - progressNanos);
        }
    }
}
