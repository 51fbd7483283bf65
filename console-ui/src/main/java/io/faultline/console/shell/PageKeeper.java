package io.faultline.console.shell;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what browsers hold on to within [PageLimits], so that the console never fills the heap that it shares with an
/// embedded cluster.
public final class PageKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageKeeper.class);

    private final PageLimits limits;
    private final OpenPages pages;
    private final OpenSessions sessions;
    private final DoubleSupplier liveShare;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("page-keeper").daemon(true).factory());
    private double lastShare;

    /// @param liveShare share of the old generation in use after its last collection
    public PageKeeper(PageLimits limits, OpenPages pages, OpenSessions sessions, DoubleSupplier liveShare) {
        this.limits = limits;
        this.pages = pages;
        this.sessions = sessions;
        this.liveShare = liveShare;
    }

    void start() {
        long period = limits.sweepPeriod().toNanos();
        var sweeping = timer.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.NANOSECONDS);
        LOG.debug("pages are looked at every {}: {}", limits.sweepPeriod(), sweeping);
    }

    /// One turn of the timer.
    public void sweep() {
        try {
            pages.endSilent();
            double share = liveShare.getAsDouble();
            // The same number means that there was no collection since, so nothing is known about the last remedy.
            if (share >= limits.heapShareMax() && share != lastShare) {
                LOG.warn("Old generation {}% full after a collection; ending pages", Math.round(100 * share));
                sessions.endVisitors();
                pages.endHalf("the heap is full");
            }
            lastShare = share;
        } catch (RuntimeException e) {
            LOG.warn("The look at the open pages failed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
