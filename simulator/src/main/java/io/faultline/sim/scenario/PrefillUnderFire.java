package io.faultline.sim.scenario;

import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillConfig.SpoolConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.sim.cluster.Cut;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `prefill-under-fire`: a cluster that prefills long prompts on workers of their own. Prefill workers are killed
/// (one or all of them), frozen and made sick, their queue is killed, and they are cut off from decode workers and
/// from the queue; in some seeds decode workers die as well. See [UnderFire] for what has to hold; beyond that no
/// request may fail while nothing but prefill is disturbed.
public final class PrefillUnderFire implements Scenario {
    private static final NodeId QUEUE = new NodeId("queue");
    private static final int FACTOR_MAX = 30;
    private static final long MS = 1_000_000L;

    @Override
    public String name() {
        return "prefill-under-fire";
    }

    @Override
    public String summary() {
        return "Prefill workers, their queue and the ways between them and the decode workers fail at random moments.";
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        return UnderFire.run(name(), seed, options, PrefillUnderFire::story, _ -> this::strike);
    }

    private static SwarmStory story(Draws draws) {
        SwarmStory drawn = SwarmStory.drawnFrom(draws);
        return drawn.withConfig(disaggregated(draws, drawn.config(), draws.count("prefill workers", 1, 3)));
    }

    /// The same cluster with prefill workers whose rules, patience, network cards and spools are drawn.
    static SimulationConfig disaggregated(Draws draws, SimulationConfig config, int workers) {
        PrefillConfig prefill = PrefillConfig.defaults()
                .withRules(new PrefillRules(
                        draws.oneOf("longest local prefill", 0, 16, 64, 256), draws.count("longest queue", 1, 8)))
                .withPatienceNanos(draws.between("patience (ms)", 200, 6_000) * MS);
        PrefillConfig.TransferConfig usual = prefill.transfer();
        // From a fast network card to a slow one, so that transfers last as long as outages.
        double bytesPerSecond = draws.oneOf("uplink (GB/s)", 0.5, 5.0, 25.0) * 1e9;
        SpoolConfig spool = new SpoolConfig(
                draws.oneOf("spool (MB)", 0, 200, 64_000) * 1_000_000L,
                1e9,
                2e9,
                SpoolConfig.defaults().accessNanos());
        return config.withPrefill(
                workers, prefill.withSpool(spool).withTransfer(usual.withBytesPerSecond(bytesPerSecond)));
    }

    private void strike(SimulatedCluster cluster, SwarmStory story, RandomSource moments) {
        int workers = cluster.config().cluster().prefillWorkers();
        NodeId target = new NodeId("prefill-" + moments.nextInt(workers));
        Duration outage = Duration.ofNanos(moments.nextLong(story.outageMinNanos(), story.outageMaxNanos()));
        switch (moments.nextInt(10)) {
            case 0, 1 -> cluster.faults().inject(new Fault.WorkerKill(target), outage, name());
            case 2 -> cluster.faults().inject(new Fault.WorkerFreeze(target), outage, name());
            case 3 -> {
                for (int i = 0; i < workers; i++) {
                    cluster.faults().inject(new Fault.WorkerKill(new NodeId("prefill-" + i)), outage, name());
                }
            }
            case 4 -> cutOff(cluster, List.of(target), decodeWorkers(cluster, moments), outage);
            case 5 -> cutOff(cluster, List.of(target), List.of(QUEUE), outage);
            case 6 -> cutOff(cluster, List.of(QUEUE), decodeWorkers(cluster, moments), outage);
            case 7 -> killQueue(cluster, outage);
            case 8 ->
                cluster.faults()
                        .inject(
                                moments.nextBoolean(0.5)
                                        ? new Fault.EngineFreeze(target, 0)
                                        : new Fault.WorkerSlow(target, moments.nextLong(2, FACTOR_MAX)),
                                outage,
                                name());
            default -> {
                if (story.freezeShare() > 0) {
                    NodeId decode = new NodeId("decode-"
                            + moments.nextInt(cluster.config().cluster().decodeWorkers()));
                    cluster.faults().inject(new Fault.WorkerKill(decode), outage, name());
                }
            }
        }
    }

    private static List<NodeId> decodeWorkers(SimulatedCluster cluster, RandomSource moments) {
        List<NodeId> chosen = new ArrayList<>();
        for (int i = 0; i < cluster.config().cluster().decodeWorkers(); i++) {
            if (moments.nextBoolean(0.6)) {
                chosen.add(new NodeId("decode-" + i));
            }
        }
        return chosen;
    }

    private static void cutOff(SimulatedCluster cluster, List<NodeId> some, List<NodeId> others, Duration outage) {
        Cut cut = cluster.control().partition(some, others);
        cluster.operator().after(outage.toNanos(), cut::heal);
    }

    private static void killQueue(SimulatedCluster cluster, Duration outage) {
        if (cluster.control().state(QUEUE) == ProcessState.RUNNING) {
            cluster.control().kill(QUEUE);
            cluster.operator().after(outage.toNanos(), () -> cluster.control().bringBack(QUEUE));
        }
    }
}
