package io.faultline.sim.scenario;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.sim.cluster.SimulatedCluster;
import java.util.List;

/// Where one fault strikes: draws its target and its duration, and tells of it in the history. Confined to the
/// operator's
/// loop.
///
/// @param kind of the fault
/// @param number of faults before it
/// @param moments draws everything about it
record Arena(SimulatedCluster cluster, SwarmStory story, RandomSource moments, String kind, int number) {

    NodeId worker() {
        return oneOf(cluster.workers());
    }

    NodeId frontend() {
        return oneOf(cluster.frontends());
    }

    NodeId store() {
        return cluster.nodes().getFirst();
    }

    long outageNanos() {
        return moments.nextLong(story.outageMinNanos(), story.outageMaxNanos());
    }

    long upTo(long nanos) {
        return moments.nextLong(1, nanos);
    }

    /// It struck, and ends by itself.
    void struck(String target) {
        cluster.tell(new EventRecord.FaultInjected(kind + '-' + number, kind, target, MixedSurvival.NAME));
    }

    /// It struck, and `undo` ends it after a while; the end of the safety phase may come before.
    void lasting(String target, long nanos, Runnable undo) {
        struck(target);
        cluster.operator().after(nanos, () -> {
            undo.run();
            cluster.tell(new EventRecord.FaultRecovered(kind + '-' + number, kind, target, "its time was over"));
        });
    }

    private NodeId oneOf(List<NodeId> nodes) {
        return nodes.get(moments.nextInt(nodes.size()));
    }
}
