package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EngineEvent.EngineStepped;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/// Counts what is in flight on every node.
public final class PermitsNeverNegative implements Invariant {
    private final Map<NodeId, Integer> inFlight = new LinkedHashMap<>();

    @Override
    public String sentence() {
        return "What is in flight on a node is never less than nothing, and nothing at rest.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case RequestReceived _ -> inFlight.merge(event.node(), 1, Integer::sum);
            case NodeStopped _ -> inFlight.remove(event.node());
            case EngineStepped step -> {
                if (step.running() < 0 || step.waiting() < 0) {
                    report.broken(
                            event.node(),
                            "the engine runs " + step.running() + " sequences and " + step.waiting() + " wait");
                }
            }
            default -> {
                if (OpenRequests.endedBy(event.record()) != null
                        && inFlight.merge(event.node(), -1, Integer::sum) < 0) {
                    report.broken(event.node(), "more requests ended on " + event.node() + " than it had received");
                }
            }
        }
    }

    @Override
    public void atRest(RestingCluster cluster, Report report) {
        inFlight.forEach((node, count) -> {
            if (count != 0) {
                report.broken(node, node + " is at rest with " + count + " requests in flight");
            }
        });
        cluster.engines().forEach((node, load) -> {
            if (load.running() != 0 || load.waiting() != 0) {
                report.broken(
                        node,
                        node + " is at rest with " + load.running() + " sequences running and " + load.waiting()
                                + " waiting");
            }
        });
        cluster.frontends()
                .forEach((node, state) -> state.instances().forEach(instance -> {
                    if (instance.activeStreams() != 0) {
                        report.broken(
                                node,
                                node + " is at rest with " + instance.activeStreams() + " streams to "
                                        + instance.node());
                    }
                }));
    }
}
