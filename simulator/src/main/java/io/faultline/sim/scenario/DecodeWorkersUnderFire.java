package io.faultline.sim.scenario;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.net.LatencyModel;
import io.faultline.sim.run.SimulationResult;
import java.time.Duration;
import java.util.Optional;

/// `random-decode-kills`: clients keep a cluster busy while its decode workers are killed (in some seeds also
/// frozen) at random moments and come back after a while. Then all faults are healed and the clients stop asking:
/// within the derived bound everybody is back and every request has ended. At last each client asks once more, and
/// all of that completes: a healed cluster serves.
///
/// While faults last, requests may fail for want of a worker or of migrations; they may never be wrong.
public final class DecodeWorkersUnderFire implements Scenario {
    private static final String BY = "random-decode-kills";

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
        Draws draws = new Draws(new RandomSource(seed).fork(name()));
        Story story = new Story(draws);
        ScenarioRun run = ScenarioRun.begin(name(), seed, story.config, options, draws);
        return run.result(play(story, run.cluster()));
    }

    /// What happens, from start to end; why it failed if it did for another reason than a broken invariant.
    private static Optional<String> play(Story story, SimulatedCluster cluster) {
        if (!cluster.awaitStart()) {
            return Optional.empty();
        }
        LoadRun load = cluster.load().start(story.load);
        Fire fire = new Fire(story, cluster);
        fire.scheduleNext();
        if (!cluster.runFor(story.safetyNanos)) {
            return Optional.empty();
        }
        fire.cease();
        cluster.heal();
        load.drain();
        if (!cluster.stabilise()) {
            return Optional.empty();
        }
        LoadRun proof = cluster.load().start(story.proof);
        if (!cluster.stabilise()) {
            return Optional.empty();
        }
        int sent = proof.tally().sent();
        int completed = proof.tally().completed();
        return completed == sent
                ? Optional.empty()
                : Optional.of("the healed cluster completed " + completed + " of " + sent + " requests");
    }

    /// Everything that the seed decides before the run.
    private static final class Story {
        final SimulationConfig config;
        final LoadSpec load;
        final LoadSpec proof;
        final long safetyNanos;
        final double meanBetweenFaultsNanos;
        final long downMinNanos;
        final long downMaxNanos;
        final double freezeShare;
        final RandomSource moments;

        Story(Draws draws) {
            int workers = draws.count("decode workers", 2, 6);
            int promptMax = draws.spread("longest prompt", 8, 1_024);
            int answer = draws.spread("answer tokens", 4, 200);
            int shared = draws.oneOf("shared prefix", 0, 0, 32, 256);
            int clients = draws.spread("clients", 2, 48);
            this.config = config(draws, workers, shared + promptMax + answer);
            this.load = new LoadSpec(
                    clients, 0, Math.max(1, promptMax / 8), promptMax, answer, shared, draws.millis("ramp", 0, 2_000));
            this.proof = new LoadSpec(clients, 1, 1, promptMax, answer, shared, 0);
            this.safetyNanos = draws.millis("safety phase", 4_000, 20_000);
            this.meanBetweenFaultsNanos = draws.millis("mean time between faults", 150, 4_000);
            this.downMinNanos = draws.millis("shortest outage", 20, 500);
            this.downMaxNanos = downMinNanos + draws.millis("further outage", 100, 6_000);
            this.freezeShare = draws.oneOf("share of freezes", 0.0, 0.0, 0.2, 0.5);
            this.moments = draws.stream("moments");
        }

        private static SimulationConfig config(Draws draws, int workers, int longestSequence) {
            long ttlNanos = draws.oneOf("lease (s)", 2, 3, 5, 10) * 1_000_000_000L;
            int kvBlocks = Math.max(
                    draws.spread("KV blocks", 64, 4_096),
                    (longestSequence + ClusterConfig.KV_BLOCK_TOKENS) / ClusterConfig.KV_BLOCK_TOKENS + 1);
            ClusterConfig cluster = new ClusterConfig(
                    "faultline-13b",
                    draws.count("frontends", 1, 3),
                    workers,
                    longestSequence,
                    kvBlocks,
                    draws.spread("sequences in a batch", 2, 256),
                    draws.oneOf("engine speed", 1.0, 2.0, 5.0),
                    draws.count("migration limit", 1, 6),
                    ttlNanos);
            SimulationConfig config = SimulationConfig.of(cluster);
            LatencyModel latency = new LatencyModel(
                    draws.between("shortest latency (us)", 5, 100) * 1_000,
                    draws.between("usual latency (us)", 100, 2_000) * 1_000,
                    draws.oneOf("share of slow messages", 0.0, 0.001, 0.02),
                    draws.between("slowest latency (us)", 2_000, 60_000) * 1_000);
            LeaseConfig lease = config.worker().lease();
            EngineCapacity capacity = cluster.capacity();
            return config.withNetwork(config.network().withLatency(latency))
                    .withWorker(config.worker().withLease(lease))
                    .withEngine(config.engine()
                            .withCapacity(new EngineCapacity(
                                    capacity.contextTokens(),
                                    capacity.kvBlocks(),
                                    capacity.kvBlockTokens(),
                                    capacity.sequencesMax(),
                                    Math.max(capacity.sequencesMax(), draws.spread("batched tokens", 32, 2_048)))));
        }
    }

    /// Kills and freezes workers one after the other. Confined to the operator's loop.
    private static final class Fire {
        private final Story story;
        private final SimulatedCluster cluster;
        private boolean ceased;

        Fire(Story story, SimulatedCluster cluster) {
            this.story = story;
            this.cluster = cluster;
        }

        void scheduleNext() {
            long pause = (long) story.moments.nextExponential(story.meanBetweenFaultsNanos);
            cluster.operator().after(pause, this::strike);
        }

        void cease() {
            ceased = true;
        }

        private void strike() {
            if (ceased) {
                return;
            }
            int workers = cluster.config().cluster().decodeWorkers();
            NodeId target = new NodeId("decode-" + story.moments.nextInt(workers));
            boolean freezes = story.moments.nextBoolean(story.freezeShare);
            long downNanos = story.moments.nextLong(story.downMinNanos, story.downMaxNanos);
            // A worker that is down already refuses; that moment then passes without a fault.
            cluster.faults()
                    .inject(
                            freezes ? new Fault.WorkerFreeze(target) : new Fault.WorkerKill(target),
                            Duration.ofNanos(downNanos),
                            BY);
            scheduleNext();
        }
    }
}
