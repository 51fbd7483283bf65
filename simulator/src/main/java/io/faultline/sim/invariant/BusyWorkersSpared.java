package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent.InstanceInhibited;
import io.faultline.runtime.event.DiscoveryEvent.InstanceRegistered;
import io.faultline.runtime.event.DiscoveryEvent.InstanceSeen;
import io.faultline.runtime.event.LoadEvent.BusyThresholdsChanged;
import io.faultline.runtime.event.LoadEvent.InstanceBusy;
import io.faultline.runtime.event.LoadEvent.LoadReported;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.RequestEvent.RequestRouted;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// A new request is never routed to a busy instance. Watched twice: by what each frontend itself says is busy,
/// always; and by what the instances report, for as long as nothing has gone wrong yet, so that every report
/// arrives in time.
public final class BusyWorkersSpared implements Invariant {
    private final long newsNanos;
    private final Map<NodeId, Set<Long>> busy = new LinkedHashMap<>();
    private final Map<String, Double> decodeThresholds = new LinkedHashMap<>();
    private final Map<Long, String> models = new LinkedHashMap<>();
    private final Map<Long, Long> overSinceNanos = new LinkedHashMap<>();
    private boolean disturbed;

    /// @param newsNanos longest time from a report to its arrival, when all is well
    public BusyWorkersSpared(long newsNanos) {
        this.newsNanos = newsNanos;
    }

    @Override
    public String sentence() {
        return "No new request is routed to an instance that is over a busy threshold.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case InstanceBusy b -> {
                Set<Long> mine = busy.computeIfAbsent(event.node(), _ -> new LinkedHashSet<>());
                if (b.busy()) {
                    mine.add(b.instance());
                } else {
                    mine.remove(b.instance());
                }
            }
            case InstanceSeen seen -> {
                if (!seen.present()) {
                    busy.getOrDefault(event.node(), new LinkedHashSet<>()).remove(seen.instance());
                }
            }
            case BusyThresholdsChanged changed -> {
                decodeThresholds.put(changed.model(), changed.decodeBlocks());
                overSinceNanos.clear();
            }
            case InstanceRegistered registered -> models.put(registered.instance(), registered.model());
            case LoadReported load -> reported(event.atNanos(), load);
            case InstanceInhibited _ -> disturbed = true;
            case NodeStopped _ -> {
                disturbed = true;
                busy.remove(event.node());
            }
            case RequestRouted routed -> routed(event, routed, report);
            default -> {
                // Says nothing about load.
            }
        }
    }

    private void reported(long atNanos, LoadReported load) {
        double threshold = decodeThresholds.getOrDefault(models.getOrDefault(load.instance(), ""), -1.0);
        if (threshold >= 0 && load.activeDecodeBlocks() > threshold * load.kvBlocks()) {
            overSinceNanos.putIfAbsent(load.instance(), atNanos);
        } else {
            overSinceNanos.remove(load.instance());
        }
    }

    private void routed(ClusterEvent event, RequestRouted routed, Report report) {
        if (routed.attempt() > 0) {
            return;
        }
        if (busy.getOrDefault(event.node(), new LinkedHashSet<>()).contains(routed.instance())) {
            report.broken(
                    event.node(),
                    "request " + routed.request() + " was routed to instance " + routed.instance() + ", which "
                            + event.node() + " says is busy");
        }
        Long since = overSinceNanos.get(routed.instance());
        if (!disturbed && since != null && event.atNanos() - since > newsNanos) {
            report.broken(
                    event.node(),
                    "request " + routed.request() + " was routed to instance " + routed.instance() + " "
                            + (event.atNanos() - since) + " ns after it began to report that it is busy");
        }
    }
}
