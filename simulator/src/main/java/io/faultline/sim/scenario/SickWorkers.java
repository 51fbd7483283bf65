package io.faultline.sim.scenario;

import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.run.SimulationResult;
import java.time.Duration;

/// `sick-workers`: engines of a busy cluster crash, freeze (some only after a few tokens) and slow down, processes
/// stand
/// still, and workers are told to stop, some of them twice, all at random moments. See [UnderFire] for what has to
/// hold.
public final class SickWorkers implements Scenario {
    private static final int AFTER_TOKENS_MAX = 3;
    private static final int FACTOR_MIN = 2;
    private static final int FACTOR_MAX = 60;
    private static final double SECOND_STOP_SHARE = 0.3;
    private static final long SECOND_STOP_NANOS = 500_000_000L;

    @Override
    public String name() {
        return "sick-workers";
    }

    @Override
    public String summary() {
        return "Engines of a busy cluster crash, freeze and slow down, and workers are told to stop.";
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        return UnderFire.run(name(), seed, options, this::strike);
    }

    private void strike(SimulatedCluster cluster, SwarmStory story, RandomSource moments) {
        NodeId target = new NodeId(
                "decode-" + moments.nextInt(cluster.config().cluster().decodeWorkers()));
        Duration outage = Duration.ofNanos(moments.nextLong(story.outageMinNanos(), 4 * story.outageMaxNanos()));
        // A worker that is down, or disturbed already, refuses; that moment then passes without a fault.
        switch (moments.nextInt(5)) {
            case 0 -> cluster.faults().inject(new Fault.EngineCrash(target), outage, name());
            case 1 ->
                cluster.faults()
                        .inject(new Fault.EngineFreeze(target, moments.nextInt(AFTER_TOKENS_MAX + 1)), outage, name());
            case 2 ->
                cluster.faults()
                        .inject(new Fault.WorkerSlow(target, moments.nextLong(FACTOR_MIN, FACTOR_MAX)), outage, name());
            case 3 -> cluster.faults().inject(new Fault.WorkerFreeze(target), outage, name());
            default -> stop(cluster, target, outage, moments.nextBoolean(SECOND_STOP_SHARE));
        }
    }

    private static void stop(SimulatedCluster cluster, NodeId target, Duration outage, boolean twice) {
        if (cluster.control().state(target) != ProcessState.RUNNING) {
            return;
        }
        cluster.control().stop(target);
        if (twice) {
            cluster.operator().after(SECOND_STOP_NANOS, () -> cluster.control().stop(target));
        }
        cluster.operator().after(outage.toNanos(), () -> cluster.control().bringBack(target));
    }
}
