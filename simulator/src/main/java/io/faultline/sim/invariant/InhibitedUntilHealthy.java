package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent.InstanceInhibited;
import io.faultline.runtime.event.DiscoveryEvent.InstanceRegistered;
import io.faultline.runtime.event.DiscoveryEvent.InstanceReinstated;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.RequestEvent.RequestRouted;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// MIG-5: the failing instance is set aside by the frontend that saw it, and comes back only after it
/// answered. A worker
/// that has stood still since longer than a question and its answer take cannot have answered.
public final class InhibitedUntilHealthy implements Invariant {
    private final long answerNanos;
    private final ToLongFunction<NodeId> stillSinceNanos;
    private final ToLongFunction<NodeId> awakeSinceNanos;
    private final Map<NodeId, Set<Long>> setAside = new LinkedHashMap<>();
    private final Map<NodeId, Set<Long>> slow = new LinkedHashMap<>();
    private final Map<Long, NodeId> workers = new LinkedHashMap<>();
    private final Map<NodeId, Long> diedAtNanos = new LinkedHashMap<>();

    /// @param answerNanos longest time from a worker's answer to its effect
    /// @param stillSinceNanos since when a node is frozen; `Long.MAX_VALUE` while it is not
    /// @param awakeSinceNanos since when a node runs and is reached; an answer may wait for a frontend that
    ///     does not
    public InhibitedUntilHealthy(
            long answerNanos, ToLongFunction<NodeId> stillSinceNanos, ToLongFunction<NodeId> awakeSinceNanos) {
        this.answerNanos = answerNanos;
        this.stillSinceNanos = stillSinceNanos;
        this.awakeSinceNanos = awakeSinceNanos;
    }

    @Override
    public String sentence() {
        return "An instance that failed gets no request from the frontend that saw it until it was healthy again.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case InstanceRegistered registered -> {
                workers.put(registered.instance(), event.node());
                diedAtNanos.remove(event.node());
            }
            case InstanceInhibited inhibited -> inhibited(event.node(), inhibited);
            case InstanceReinstated reinstated -> {
                setAsideBy(event.node()).remove(reinstated.instance());
                slow.getOrDefault(event.node(), new LinkedHashSet<>()).remove(reinstated.instance());
                reinstated(event, reinstated.instance(), report);
            }
            case RequestRouted routed -> {
                if (setAsideBy(event.node()).contains(routed.instance())) {
                    report.broken(
                            event.node(),
                            "request " + routed.request() + " was routed to instance " + routed.instance() + ", which "
                                    + event.node() + " had set aside");
                }
            }
            case NodeStopped _ -> {
                setAside.remove(event.node());
                slow.remove(event.node());
                diedAtNanos.put(event.node(), event.atNanos());
            }
            default -> {
                // Says nothing about who is set aside.
            }
        }
    }

    /// One that is only slow may be chosen when there is no other, and one that is slow too is not taken back
    /// when it has answered.
    private void inhibited(NodeId frontend, InstanceInhibited inhibited) {
        if (inhibited.because() == ErrorType.WORKER_SLOW) {
            slow.computeIfAbsent(frontend, _ -> new LinkedHashSet<>()).add(inhibited.instance());
            setAsideBy(frontend).remove(inhibited.instance());
        } else if (!slow.getOrDefault(frontend, new LinkedHashSet<>()).contains(inhibited.instance())) {
            setAsideBy(frontend).add(inhibited.instance());
        }
    }

    private Set<Long> setAsideBy(NodeId frontend) {
        return setAside.computeIfAbsent(frontend, _ -> new LinkedHashSet<>());
    }

    private void reinstated(ClusterEvent event, long instance, Report report) {
        NodeId worker = workers.get(instance);
        if (worker == null) {
            return;
        }
        long still = Math.min(stillSinceNanos.applyAsLong(worker), diedAtNanos.getOrDefault(worker, Long.MAX_VALUE));
        if (still == Long.MAX_VALUE) {
            return;
        }
        long unanswering = Math.max(still, awakeSinceNanos.applyAsLong(event.node()));
        if (unanswering < Long.MAX_VALUE - answerNanos && event.atNanos() > unanswering + answerNanos) {
            report.broken(
                    event.node(),
                    event.node() + " took instance " + instance + " back, although " + worker + " has stood still for "
                            + (event.atNanos() - still) + " ns");
        }
    }
}
