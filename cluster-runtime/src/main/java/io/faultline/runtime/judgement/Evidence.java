package io.faultline.runtime.judgement;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.FlowView;
import io.faultline.runtime.history.Objectives;
import io.faultline.runtime.history.PrefillSnapshot;
import io.faultline.runtime.history.RoutingSnapshot;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import java.util.List;
import java.util.Optional;

/// What the verdict is read from: the history at one moment. Immutable.
public record Evidence(
        long nowNanos,
        TopologySnapshot topology,
        ServiceSnapshot service,
        ScalingSnapshot scaling,
        RoutingSnapshot routing,
        PrefillSnapshot prefill) {

    public static Evidence of(ClusterHistory history, long nowNanos) {
        return new Evidence(
                nowNanos,
                history.topology(nowNanos),
                history.service(nowNanos),
                history.scaling(),
                history.routing(),
                history.prefill(nowNanos));
    }

    FlowView flow() {
        return service.flow();
    }

    Objectives objectives() {
        return service.flow().objectives();
    }

    /// The nodes of a role that should run: all that were seen, less those that ended and that no one wants back. Who
    /// was asked to stop is not wanted; of a role that the orchestrator looks after, it says who is.
    List<NodeView> wanted(NodeRole role) {
        boolean managesRole = scaling.processes().stream().anyMatch(p -> p.role() == role);
        return all(role).stream()
                .filter(n ->
                        n.health().isUp() || isManaged(n.name()) || n.health() != NodeHealth.STOPPED && !managesRole)
                .toList();
    }

    List<NodeView> all(NodeRole role) {
        return topology.nodes().stream().filter(n -> n.role() == role).toList();
    }

    long ready(NodeRole role) {
        return topology.nodes().stream()
                .filter(n -> n.role() == role && n.health() == NodeHealth.READY)
                .count();
    }

    Optional<NodeView> node(String name) {
        return topology.nodes().stream().filter(n -> n.name().equals(name)).findFirst();
    }

    /// Whether the orchestrator looks after it.
    boolean isManaged(String node) {
        return scaling.processes().stream().anyMatch(p -> p.name().equals(node));
    }

    /// Whether there is an orchestrator that can act now.
    boolean isOrchestrated() {
        return ready(NodeRole.ORCHESTRATOR) > 0;
    }
}
