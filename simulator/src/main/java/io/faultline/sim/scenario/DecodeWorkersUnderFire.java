package io.faultline.sim.scenario;

import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.run.SimulationResult;
import java.time.Duration;

/// `random-decode-kills`: the decode workers of a busy cluster are killed (in some seeds also frozen) at random
/// moments and come back after a while. See [UnderFire] for what has to hold.
public final class DecodeWorkersUnderFire implements Scenario {
    @Override
    public String name() {
        return "random-decode-kills";
    }

    @Override
    public String summary() {
        return "Decode workers of a busy cluster are killed at random moments and restarted.";
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        return UnderFire.run(name(), seed, options, this::strike);
    }

    private void strike(SimulatedCluster cluster, SwarmStory story, RandomSource moments) {
        NodeId target = new NodeId(
                "decode-" + moments.nextInt(cluster.config().cluster().decodeWorkers()));
        boolean freezes = moments.nextBoolean(story.freezeShare());
        Duration outage = Duration.ofNanos(moments.nextLong(story.outageMinNanos(), story.outageMaxNanos()));
        // A worker that is down already refuses; that moment then passes without a fault.
        cluster.faults()
                .inject(freezes ? new Fault.WorkerFreeze(target) : new Fault.WorkerKill(target), outage, name());
    }
}
