package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.health.OutlierConfig;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// HLT-4: however odd the workers are, a frontend sets no more of them aside for slowness than it may.
public final class EjectionsLeaveAPool implements Invariant {
    private final OutlierConfig config;
    private final Map<NodeId, Set<Long>> known = new LinkedHashMap<>();
    private final Map<NodeId, Set<Long>> ejected = new LinkedHashMap<>();

    public EjectionsLeaveAPool(OutlierConfig config) {
        this.config = config;
    }

    @Override
    public String sentence() {
        return "A frontend never sets more than its share of a pool aside for slowness, and never the last worker.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        NodeId frontend = event.node();
        switch (event.record()) {
            case DiscoveryEvent.InstanceSeen seen -> {
                if (seen.present()) {
                    of(known, frontend).add(seen.instance());
                } else {
                    of(known, frontend).remove(seen.instance());
                    of(ejected, frontend).remove(seen.instance());
                }
            }
            case DiscoveryEvent.InstanceInhibited inhibited -> {
                if (inhibited.because() == ErrorType.WORKER_SLOW) {
                    of(ejected, frontend).add(inhibited.instance());
                    check(frontend, report);
                }
            }
            case DiscoveryEvent.InstanceReinstated reinstated ->
                of(ejected, frontend).remove(reinstated.instance());
            case NodeEvent.NodeStopped _ -> {
                known.remove(frontend);
                ejected.remove(frontend);
            }
            default -> {
                // Not about a pool.
            }
        }
    }

    private void check(NodeId frontend, Report report) {
        int pool = of(known, frontend).size();
        int aside = of(ejected, frontend).size();
        if (aside > config.ejectedMax(pool)) {
            report.broken(frontend, frontend + " set " + aside + " of " + pool + " instances aside for slowness");
        }
    }

    private static Set<Long> of(Map<NodeId, Set<Long>> sets, NodeId node) {
        return sets.computeIfAbsent(node, _ -> new TreeSet<>());
    }
}
