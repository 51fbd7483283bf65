package io.faultline.sim.scenario;

import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.sim.cluster.SimulatedCluster;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Where one fault strikes: draws its target and its duration, and tells of it in the history. Confined to the
/// operator's loop.
///
/// @param scenario in whose name it strikes
/// @param kind of the fault
/// @param number of faults before it
/// @param moments draws everything about it
record Arena(SimulatedCluster cluster, Force force, RandomSource moments, String scenario, String kind, int number) {

    /// How hard faults strike.
    ///
    /// @param outageMinNanos shortest duration
    /// @param outageMaxNanos longest duration
    /// @param burst more clients, for a while
    record Force(long outageMinNanos, long outageMaxNanos, LoadSpec burst) {}

    /// One of the role; empty when the cluster has none now.
    Optional<NodeId> any(NodeRole role) {
        List<NodeId> all = cluster.nodes(role);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(moments.nextInt(all.size())));
    }

    Optional<NodeId> worker() {
        return any(NodeRole.DECODE);
    }

    Optional<NodeId> frontend() {
        return any(NodeRole.FRONTEND);
    }

    long outageNanos() {
        return moments.nextLong(force.outageMinNanos(), force.outageMaxNanos());
    }

    long upTo(long nanos) {
        return moments.nextLong(1, nanos);
    }

    /// Does something to a node, unless it has gone meanwhile: an orchestrator takes nodes away for good.
    void ifThere(NodeId node, Consumer<NodeId> action) {
        if (cluster.nodes().contains(node)) {
            action.accept(node);
        }
    }

    /// It struck, and ends by itself.
    void struck(String target) {
        cluster.tell(new FaultEvent.FaultInjected(kind + '-' + number, kind, target, scenario));
    }

    /// It struck, and `undo` ends it after a while; the end of the safety phase may come before.
    void lasting(String target, long nanos, Runnable undo) {
        struck(target);
        cluster.operator().after(nanos, () -> {
            undo.run();
            cluster.tell(new FaultEvent.FaultRecovered(kind + '-' + number, kind, target, "its time was over"));
        });
    }
}
