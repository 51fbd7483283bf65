package io.faultline.runtime.worker;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides when a worker tells the frontends how loaded it is: soon after a noticeable change, coalesced, and
/// at an interval in any case, so that nobody waits for news that a lost or forgotten report would have
/// brought. Confined to the loop.
final class LoadReporter {
    private final NodeLoop loop;
    private final LoadReportConfig config;
    private final Supplier<EngineLoad> load;
    private final Consumer<EngineLoad> publish;
    private final int noticeableBlocks;
    private final int noticeableTokens;
    private EngineLoad reported = new EngineLoad(0, 0, 0, 0, 0);
    private long reportedAtNanos;
    private NodeLoop.@Nullable Timer next;
    private boolean nextIsSoon;
    private boolean stopped = true;

    LoadReporter(
            NodeLoop loop,
            LoadReportConfig config,
            EngineCapacity capacity,
            Supplier<EngineLoad> load,
            Consumer<EngineLoad> publish) {
        this.loop = loop;
        this.config = config;
        this.load = load;
        this.publish = publish;
        this.noticeableBlocks = noticeable(capacity.kvBlocks());
        this.noticeableTokens = noticeable(capacity.batchedTokensMax());
    }

    private int noticeable(int capacity) {
        return Math.max(1, (int) (config.noticeableShare() * capacity));
    }

    void start() {
        stopped = false;
        schedule(config.intervalNanos(), false);
    }

    void stop() {
        stopped = true;
        if (next != null) {
            next.cancel();
        }
    }

    /// The load may have changed.
    void changed() {
        if (stopped || nextIsSoon || !isNoticeable(load.get())) {
            return;
        }
        long waitNanos = reportedAtNanos + config.spacingNanos() - loop.now();
        if (waitNanos <= 0) {
            report();
        } else {
            schedule(waitNanos, true);
        }
    }

    private boolean isNoticeable(EngineLoad now) {
        return Math.abs(now.usedBlocks() - reported.usedBlocks()) >= noticeableBlocks
                || Math.abs(now.pendingPrefillTokens() - reported.pendingPrefillTokens()) >= noticeableTokens
                || (now.waiting() == 0) != (reported.waiting() == 0)
                || (now.running() == 0) != (reported.running() == 0);
    }

    private void report() {
        reported = load.get();
        reportedAtNanos = loop.now();
        publish.accept(reported);
        schedule(config.intervalNanos(), false);
    }

    private void schedule(long delayNanos, boolean soon) {
        if (next != null) {
            next.cancel();
        }
        nextIsSoon = soon;
        next = loop.after(delayNanos, this::report);
    }
}
