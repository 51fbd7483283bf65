package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.HealthEvent.WorkerHealth;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// HLT-2, HLT-3, SHD-1: a worker that finds itself unhealthy, or is on its way out, is out of discovery at once.
public final class NoRouteToUnfitWorker implements Invariant {
    private final long newsNanos;
    private final LongSupplier undisturbedSinceNanos;
    private final Map<NodeId, Long> instances = new LinkedHashMap<>();
    private final Map<Long, Long> unfitSinceNanos = new LinkedHashMap<>();

    /// @param newsNanos longest time from a worker's verdict to the frontends' knowing that it left
    /// @param undisturbedSinceNanos 0 as long as the store and the frontends always ran and heard each
    ///     other and the workers; what happens in a cluster that was ever disturbed proves nothing here
    public NoRouteToUnfitWorker(long newsNanos, LongSupplier undisturbedSinceNanos) {
        this.newsNanos = newsNanos;
        this.undisturbedSinceNanos = undisturbedSinceNanos;
    }

    @Override
    public String sentence() {
        return "No request is routed to a worker that found itself unhealthy, or was told to stop, longer ago than the"
                + " news of it can take.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case DiscoveryEvent.InstanceRegistered r -> instances.put(event.node(), r.instance());
            case NodeEvent.NodeDraining _ -> becameUnfit(event);
            case HealthEvent.HealthChanged h -> {
                if (h.health() != WorkerHealth.HEALTHY) {
                    becameUnfit(event);
                }
            }
            case RequestEvent.RequestRouted routed -> {
                Long since = unfitSinceNanos.get(routed.instance());
                if (since != null && undisturbedSinceNanos.getAsLong() == 0 && event.atNanos() > since + newsNanos) {
                    report.broken(
                            event.node(),
                            "request " + routed.request() + " was routed to instance " + routed.instance() + " "
                                    + (event.atNanos() - since) + " ns after its worker became unfit");
                }
            }
            default -> {
                // Neither about fitness nor about routes.
            }
        }
    }

    /// The next registration is another instance, so nothing has to be forgotten.
    private void becameUnfit(ClusterEvent event) {
        Long instance = instances.get(event.node());
        if (instance != null) {
            unfitSinceNanos.putIfAbsent(instance, event.atNanos());
        }
    }
}
