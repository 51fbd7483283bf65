package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/// REQ-6: a frontend that chose workers by itself for want of a router says when that ends, once; at rest, with the
/// routers back, none does so any more.
public final class EveryFallbackEnds implements Invariant {
    private final Map<NodeId, Long> sinceNanos = new LinkedHashMap<>();

    @Override
    public String sentence() {
        return "Every fallback of a frontend begins once, ends once, and is over at rest.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case RoutingEvent.RouterFallbackStarted _ -> {
                if (sinceNanos.put(event.node(), event.atNanos()) != null) {
                    report.broken(event.node(), event.node() + " fell back twice without an end between");
                }
            }
            case RoutingEvent.RouterFallbackEnded ended -> {
                Long since = sinceNanos.remove(event.node());
                if (since == null) {
                    report.broken(event.node(), event.node() + " ended a fallback that never began");
                } else if (ended.nanos() < 0 || ended.requests() < 0) {
                    report.broken(event.node(), "a fallback took " + ended.nanos() + " ns");
                }
            }
            case NodeEvent.NodeStopped _ -> sinceNanos.remove(event.node());
            default -> {
                // Not about fallbacks.
            }
        }
    }

    @Override
    public void atRest(RestingCluster cluster, Report report) {
        boolean hasRouters = !cluster.pictures().isEmpty();
        sinceNanos.forEach((frontend, since) -> {
            if (hasRouters) {
                report.broken(frontend, frontend + " has been without a router since " + since + " ns");
            }
        });
    }
}
