package io.faultline.sim.scenario;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.sim.cluster.Cut;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.run.SimulationResult;
import java.util.ArrayList;
import java.util.List;

/// `random-outages`: any node of a busy cluster, the store included, is killed, frozen or cut off from others at
/// random moments, for a while. See [UnderFire] for what has to hold.
public final class ClusterUnderFire implements Scenario {
    private static final double PARTITION_SHARE = 0.4;
    private static final double ONE_WAY_SHARE = 0.5;

    @Override
    public String name() {
        return "random-outages";
    }

    @Override
    public String summary() {
        return "Nodes of a busy cluster are killed, frozen and cut off from each other at random moments.";
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        return UnderFire.run(name(), seed, options, ClusterUnderFire::strike);
    }

    private static void strike(SimulatedCluster cluster, SwarmStory story, RandomSource moments) {
        long outageNanos = moments.nextLong(story.outageMinNanos(), story.outageMaxNanos());
        Runnable undo = moments.nextBoolean(PARTITION_SHARE) ? cut(cluster, moments) : stop(cluster, story, moments);
        cluster.operator().after(outageNanos, undo);
    }

    /// Every node is on one side, on the other, or on none.
    private static Runnable cut(SimulatedCluster cluster, RandomSource moments) {
        List<NodeId> some = new ArrayList<>();
        List<NodeId> others = new ArrayList<>();
        for (NodeId node : cluster.nodes()) {
            switch (moments.nextInt(3)) {
                case 0 -> some.add(node);
                case 1 -> others.add(node);
                default -> {
                    // Reaches both sides.
                }
            }
        }
        Cut cut = moments.nextBoolean(ONE_WAY_SHARE)
                ? cluster.control().partitionOneWay(some, others)
                : cluster.control().partition(some, others);
        return cut::heal;
    }

    private static Runnable stop(SimulatedCluster cluster, SwarmStory story, RandomSource moments) {
        List<NodeId> nodes = cluster.nodes();
        NodeId target = nodes.get(moments.nextInt(nodes.size()));
        if (moments.nextBoolean(story.freezeShare())) {
            cluster.control().freeze(target);
            return () -> cluster.control().thaw(target);
        }
        cluster.control().kill(target);
        return () -> cluster.control().bringBack(target);
    }
}
