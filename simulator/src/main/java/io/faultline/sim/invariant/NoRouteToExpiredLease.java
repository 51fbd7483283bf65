package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent.LeaseEnded;
import io.faultline.runtime.event.RequestEvent.RequestRouted;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Once a lease ended, its instance may be routed to only as long as the news can be under way.
public final class NoRouteToExpiredLease implements Invariant {
    private final long newsNanos;
    private final long recoveryNanos;
    private final LongSupplier undisturbedSinceNanos;
    private final Map<Long, Long> endedAtNanos = new LinkedHashMap<>();

    /// @param newsNanos longest time from the end of a lease to the frontends' knowing it, when all is well
    /// @param recoveryNanos the same counted from the moment at which frontends can hear the store again
    /// @param undisturbedSinceNanos since when every frontend runs and can hear the store; `Long.MAX_VALUE` while
    ///     one cannot, 0 when that never was so
    public NoRouteToExpiredLease(long newsNanos, long recoveryNanos, LongSupplier undisturbedSinceNanos) {
        this.newsNanos = newsNanos;
        this.recoveryNanos = recoveryNanos;
        this.undisturbedSinceNanos = undisturbedSinceNanos;
    }

    @Override
    public String sentence() {
        return "No request is routed to an instance whose lease ended longer ago than the news of it can take.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (event.record() instanceof LeaseEnded ended) {
            endedAtNanos.put(ended.lease(), event.atNanos());
        } else if (event.record() instanceof RequestRouted routed) {
            Long ended = endedAtNanos.get(routed.instance());
            if (ended != null && event.atNanos() > knownAtNanos(ended)) {
                report.broken(
                        event.node(),
                        "request " + routed.request() + " was routed to instance " + routed.instance() + " "
                                + (event.atNanos() - ended) + " ns after its lease ended");
            }
        }
    }

    private long knownAtNanos(long endedNanos) {
        long since = undisturbedSinceNanos.getAsLong();
        if (since == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long byWatch = endedNanos + newsNanos;
        return since == 0 ? byWatch : Math.max(byWatch, since + recoveryNanos);
    }
}
