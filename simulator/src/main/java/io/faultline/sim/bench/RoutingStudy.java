package io.faultline.sim.bench;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.router.CacheSight;
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

/// The same trace on the same cluster in virtual time, from the same seed, under every way to choose a worker. Two of
/// them see what nobody can:
///
/// - the *oracle* is the router in every respect but one: it sees every worker's cache itself at the moment of its
///   choice. What `kv` finds less is the price of an index that hears of changes later;
/// - *longest-overlap* sees the caches too, and takes the worker that holds most of the prompt whatever its load,
///   among equals the one with the fewest streams.
///
/// Confined to one thread.
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
    /// @param overlapWeight of the router's cost
    public record Settings(
            int workers,
            int kvBlocks,
            double speedupRatio,
            long ttftNanos,
            long itlNanos,
            double overlapWeight,
            long seed) {}

    /// @param hitRate share of the prompts' tokens that were found in a cache
    /// @param goodput good answers a second
    /// @param staleShare of a router's looks at a worker's cache, how many found the index wrong; 0 without one
    public record Figures(
            Policy policy,
            double hitRate,
            double ttftMeanSeconds,
            double ttftP99Seconds,
            double goodput,
            double staleShare,
            int completed,
            int sent) {}

    /// A router's looks at caches, beside the caches themselves.
    private static final class Looks implements Parts {
        private final boolean seesAll;
        private long all;
        private long stale;

        /// @param seesAll whether the router goes by the caches, instead of its index
        Looks(boolean seesAll) {
            this.seesAll = seesAll;
        }

        @Override
        public CacheSight sight(CacheSight own, Caches caches) {
            return (instance, blocks, indexed) -> {
                int held = caches.cachedBlocks(instance, blocks);
                all++;
                stale += held == indexed ? 0 : 1;
                return seesAll ? held : own.overlapBlocks(instance, blocks, indexed);
            };
        }

        double staleShare() {
            return all == 0 ? 0 : (double) stale / all;
        }
    }

    public RoutingStudy(PromptTrace trace, Settings settings) {
        this.trace = trace;
        this.settings = settings;
    }

    /// Ways to choose a worker, in the order of [#measure].
    public enum Policy {
        ROUND_ROBIN("round-robin"),
        RANDOM("random"),
        LEAST_LOADED("least-loaded"),
        LONGEST_OVERLAP("longest-overlap"),
        KV("kv"),
        ORACLE("oracle");

        private final String label;

        Policy(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /// Every policy, in order.
    public List<Figures> measure() {
        return measure(List.of(Policy.values()));
    }

    public List<Figures> measure(List<Policy> policies) {
        return policies.stream().map(this::measure).toList();
    }

    public Figures measure(Policy policy) {
        RoutingConfig kv = RoutingConfig.kv(1).withWeights(settings.overlapWeight(), 0);
        return switch (policy) {
            case ROUND_ROBIN -> play(policy, RoutingConfig.local(RoutingMode.ROUND_ROBIN), Parts.PRODUCTION);
            case RANDOM -> play(policy, RoutingConfig.local(RoutingMode.RANDOM), Parts.PRODUCTION);
            case LEAST_LOADED -> play(policy, RoutingConfig.local(RoutingMode.LEAST_LOADED), Parts.PRODUCTION);
            case LONGEST_OVERLAP ->
                play(policy, RoutingConfig.roundRobin(), new Parts() {
                    @Override
                    public RoutingPolicy routing(RoutingPolicy own, Caches caches) {
                        return (request, candidates) -> longestOverlap(request, candidates, caches);
                    }
                });
            case KV -> play(policy, kv, new Looks(false));
            case ORACLE -> play(policy, kv, new Looks(true));
        };
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

    private Figures play(Policy policy, RoutingConfig routing, Parts parts) {
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
        double stale = parts instanceof Looks looks ? looks.staleShare() : 0;
        return figures(policy, answers, stale, run.tally().sent(), simulated.nowNanos() - startedNanos);
    }

    private Figures figures(Policy policy, List<ObservedAnswer> answers, double stale, int sent, long tookNanos) {
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
                policy,
                prompt == 0 ? 0 : (double) cached / prompt,
                Arrays.stream(sorted).average().orElse(0) * 1e-9,
                sorted.length == 0 ? 0 : sorted[(int) (0.99 * (sorted.length - 1))] * 1e-9,
                good * 1e9 / tookNanos,
                stale,
                sorted.length,
                sent);
    }
}
