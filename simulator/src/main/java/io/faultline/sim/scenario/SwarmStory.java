package io.faultline.sim.scenario;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.routing.RoutingMode;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.net.LatencyModel;
import io.soabase.recordbuilder.core.RecordBuilder;

/// What a seed decides before a run: a cluster, its load, and for how long and how often things go wrong in it.
/// Ranges are wide and many settings extreme on purpose; what one seed makes easy, another makes hard. Immutable.
///
/// @param load keeps the cluster busy while things go wrong
/// @param proof every client asks once more when all is healed
/// @param safetyNanos for how long things go wrong
/// @param pauseNanos mean time from one fault to the next
/// @param outageMinNanos shortest duration of a fault
/// @param freezeShare how many of the faults that stop a node only freeze it, 0 to 1
@RecordBuilder
record SwarmStory(
        SimulationConfig config,
        LoadSpec load,
        LoadSpec proof,
        long safetyNanos,
        long pauseNanos,
        long outageMinNanos,
        long outageMaxNanos,
        double freezeShare)
        implements SwarmStoryBuilder.With {
    private static final int BURST_FACTOR = 3;
    private static final long SECOND = 1_000_000_000L;

    static SwarmStory drawnFrom(Draws draws) {
        int workers = draws.count("decode workers", 2, 6);
        int promptMax = draws.spread("longest prompt", 8, 1_024);
        int answer = draws.spread("answer tokens", 4, 200);
        int shared = draws.oneOf("shared prefix", 0, 0, 32, 256);
        int clients = draws.spread("clients", 2, 48);
        long rampNanos = draws.millis("ramp", 0, 2_000);
        long outageMinNanos = draws.millis("shortest outage", 20, 500);
        return new SwarmStory(
                config(draws, workers, shared + promptMax + answer),
                new LoadSpec(clients, 0, Math.max(1, promptMax / 8), promptMax, answer, shared, rampNanos),
                new LoadSpec(clients, 1, 1, promptMax, answer, shared, 0),
                draws.millis("safety phase", 4_000, 20_000),
                draws.millis("mean time between faults", 150, 4_000),
                outageMinNanos,
                outageMinNanos + draws.millis("further outage", 100, 6_000),
                draws.oneOf("share of freezes", 0.0, 0.0, 0.2, 0.5));
    }

    /// With a burst of many more clients than usual, each with one request.
    Arena.Force force() {
        return new Arena.Force(
                outageMinNanos,
                outageMaxNanos,
                new LoadSpec(
                        BURST_FACTOR * load.clients(),
                        1,
                        load.promptTokensMin(),
                        load.promptTokensMax(),
                        load.maxTokens(),
                        load.sharedPrefixTokens(),
                        0));
    }

    private static SimulationConfig config(Draws draws, int workers, int longestSequence) {
        int neededBlocks = longestSequence / ClusterConfig.KV_BLOCK_TOKENS + 2;
        ClusterConfig cluster = new ClusterConfig(
                        "faultline-13b",
                        draws.count("frontends", 1, 3),
                        workers,
                        longestSequence,
                        Math.max(draws.spread("KV blocks", 16, 1_024), neededBlocks),
                        draws.spread("sequences in a batch", 2, 256),
                        draws.oneOf("engine speed", 1.0, 2.0, 5.0),
                        draws.count("migration limit", 1, 6),
                        draws.oneOf("lease (s)", 2, 3, 5, 10) * SECOND)
                .withRouting(routing(draws));
        SimulationConfig config = SimulationConfig.of(cluster);
        return config.withClockDriftMax(draws.oneOf("clock drift (ppm)", 0, 0, 100, 1_000))
                .withImpatientShare(draws.oneOf("share of impatient requests", 0.0, 0.0, 0.1, 0.5))
                .withNetwork(config.network().withLatency(latency(draws)))
                .withEngine(config.engine().withCapacity(withBatchedTokens(draws, cluster.capacity())));
    }

    private static RoutingConfig routing(Draws draws) {
        int routers = draws.oneOf("routers", 0, 0, 1, 2, 3);
        RoutingMode alone =
                draws.oneOf("routing", RoutingMode.ROUND_ROBIN, RoutingMode.RANDOM, RoutingMode.LEAST_LOADED);
        return routers == 0
                ? RoutingConfig.local(alone)
                : RoutingConfig.kv(routers)
                        .withFallback(alone)
                        .withWeights(
                                draws.oneOf("overlap weight", 0.0, 1.0, 1.0, 3.0),
                                draws.oneOf("temperature", 0.0, 0.0, 0.5));
    }

    private static LatencyModel latency(Draws draws) {
        return new LatencyModel(
                draws.between("shortest latency (us)", 5, 100) * 1_000,
                draws.between("usual latency (us)", 100, 2_000) * 1_000,
                draws.oneOf("share of slow messages", 0.0, 0.001, 0.02),
                draws.between("slowest latency (us)", 2_000, 60_000) * 1_000);
    }

    private static EngineCapacity withBatchedTokens(Draws draws, EngineCapacity capacity) {
        int batchedTokens = Math.max(capacity.sequencesMax(), draws.spread("batched tokens", 32, 2_048));
        return new EngineCapacity(
                capacity.contextTokens(),
                capacity.kvBlocks(),
                capacity.kvBlockTokens(),
                capacity.sequencesMax(),
                batchedTokens);
    }
}
