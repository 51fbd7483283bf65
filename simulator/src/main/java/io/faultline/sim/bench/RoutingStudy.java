package io.faultline.sim.bench;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.routing.RoutingMode;
import io.faultline.runtime.routing.RoutingPolicy;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.sim.cluster.Parts;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The same trace on the same cluster in virtual time, from the same seed, under every way to choose a worker. The
/// *oracle* sees every worker's cache as it is at the moment of its choice, and takes the worker that holds most of the
/// prompt, among equals the one with the fewest streams: no router can find more without knowing the future. Confined
/// to one thread.
public final class RoutingStudy {
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_NANOS = 24 * 3_600 * SECOND;
    private static final int SEQUENCES_MAX = 256;

    private final PromptTrace trace;
    private final Settings settings;

    /// @param kvBlocks of each worker, 16 tokens each
    /// @param speedupRatio of the workers against the modelled GPU
    /// @param ttftNanos longest time to a good answer's first token
    /// @param itlNanos longest mean time between its tokens
    public record Settings(int workers, int kvBlocks, double speedupRatio, long ttftNanos, long itlNanos, long seed) {}

    /// @param hitRate share of the prompts' tokens that were found in a cache
    /// @param goodput good answers a second
    public record Figures(
            String policy,
            double hitRate,
            double ttftMeanSeconds,
            double ttftP99Seconds,
            double goodput,
            int completed,
            int sent) {}

    public RoutingStudy(PromptTrace trace, Settings settings) {
        this.trace = trace;
        this.settings = settings;
    }

    /// Round-robin, random, least-loaded, kv and the oracle, in that order.
    public List<Figures> measure() {
        List<Figures> all = new ArrayList<>();
        for (RoutingMode mode : RoutingMode.values()) {
            RoutingConfig routing = mode == RoutingMode.KV ? RoutingConfig.kv(1) : RoutingConfig.local(mode);
            all.add(play(mode.label(), routing, Parts.PRODUCTION));
        }
        all.add(play("oracle", RoutingConfig.roundRobin(), new Parts() {
            @Override
            public RoutingPolicy routing(RoutingPolicy own, Caches caches) {
                return (request, candidates) -> longestOverlap(request, candidates, caches);
            }
        }));
        return all;
    }

    private static RoutingPolicy.Candidate longestOverlap(
            GenerateRequest request, List<RoutingPolicy.Candidate> candidates, Parts.Caches caches) {
        RoutingPolicy.Candidate best = candidates.getFirst();
        int most = -1;
        for (RoutingPolicy.Candidate candidate : candidates) {
            int cached = caches.cachedTokens(candidate.instance(), request.tokens());
            if (cached > most || cached == most && candidate.openStreams() < best.openStreams()) {
                best = candidate;
                most = cached;
            }
        }
        return best;
    }

    private Figures play(String name, RoutingConfig routing, Parts parts) {
        int context = Math.max(ClusterConfig.KV_BLOCK_TOKENS, trace.longest());
        ClusterConfig cluster = new ClusterConfig(
                        "faultline-13b",
                        1,
                        settings.workers(),
                        context,
                        Math.max(settings.kvBlocks(), context / ClusterConfig.KV_BLOCK_TOKENS + 1),
                        SEQUENCES_MAX,
                        settings.speedupRatio(),
                        3,
                        10 * SECOND)
                .withRouting(routing);
        SimulatedCluster simulated = SimulatedCluster.builder(settings.seed())
                .config(SimulationConfig.of(cluster))
                .parts(parts)
                .build();
        simulated.awaitStart();
        List<ObservedAnswer> answers = new ArrayList<>();
        long startedNanos = simulated.nowNanos();
        LoadRun run = simulated.load().start(trace, answers::add);
        simulated.runUntil(run::isFinished, LONGEST_NANOS);
        Invariants.check(simulated.holds(), "a broken invariant: %s", simulated.violations());
        return figures(name, answers, run.tally().sent(), simulated.nowNanos() - startedNanos);
    }

    private Figures figures(String name, List<ObservedAnswer> answers, int sent, long tookNanos) {
        long prompt = 0;
        long cached = 0;
        int good = 0;
        List<Long> ttfts = new ArrayList<>();
        for (ObservedAnswer answer : answers) {
            if (answer.outcome() instanceof Outcome.Completed(var _, var usage, var _)) {
                prompt += usage.promptTokens();
                cached += usage.cachedTokens();
                ttfts.add(answer.ttftNanos());
                good += answer.ttftNanos() <= settings.ttftNanos() && answer.itlMeanNanos() <= settings.itlNanos()
                        ? 1
                        : 0;
            }
        }
        long[] sorted = ttfts.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Figures(
                name,
                prompt == 0 ? 0 : (double) cached / prompt,
                Arrays.stream(sorted).average().orElse(0) * 1e-9,
                sorted.length == 0 ? 0 : sorted[(int) (0.99 * (sorted.length - 1))] * 1e-9,
                good * 1e9 / tookNanos,
                sorted.length,
                sent);
    }
}
