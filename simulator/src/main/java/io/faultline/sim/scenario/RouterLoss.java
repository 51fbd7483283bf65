package io.faultline.sim.scenario;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.routing.RoutingMode;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `router-loss`: every router of a cluster under load is killed or frozen, and comes back. No request may fail; the
/// frontends fall back as soon as a router's silence can be told, and once the routers are back, requests find as much
/// in the KV caches as before, less a tenth. The invariants watch all the while; the last of them compares the
/// routers' indices with the caches.
public final class RouterLoss implements Scenario {
    private static final long SECOND = 1_000_000_000L;
    private static final long WARM_NANOS = 30 * SECOND;
    private static final long WINDOW_NANOS = 30 * SECOND;
    /// For the load's imbalance, and the caches' contents that it left, to go.
    private static final long SETTLE_NANOS = 10 * SECOND;
    private static final double REGAINED = 0.9;

    @Override
    public String name() {
        return "router-loss";
    }

    @Override
    public String summary() {
        return "All routers of a cluster under load are killed or frozen, and come back.";
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        Draws draws = new Draws(new RandomSource(seed).fork(name()));
        int workers = draws.count("decode workers", 3, 6);
        int routers = draws.count("routers", 1, 3);
        int groupsPerWorker = draws.count("system prompts a worker", 4, 8);
        ClusterConfig cluster = new ClusterConfig(
                        "faultline-13b",
                        draws.count("frontends", 1, 3),
                        workers,
                        2_048,
                        // Room for the system prompts that are this worker's, and for the sequences under way.
                        32 * groupsPerWorker + 400,
                        64,
                        2.0,
                        3,
                        10 * SECOND)
                .withRouting(RoutingConfig.kv(routers)
                        .withFallback(draws.oneOf(
                                "fallback", RoutingMode.ROUND_ROBIN, RoutingMode.RANDOM, RoutingMode.LEAST_LOADED)));
        boolean freezes =
                draws.oneOf("routers are", "killed", "killed", "frozen").equals("frozen");
        long outageNanos = draws.millis("outage", 1_000, 15_000);
        ScenarioRun run = ScenarioRun.begin(name(), seed, SimulationConfig.of(cluster), options, draws);
        Fallbacks fallbacks = new Fallbacks();
        run.cluster().events().subscribe(fallbacks);
        SharedPrompts prompts = SharedPrompts.arriving(
                draws.stream("prompts"),
                SharedPrompts.Shape.even(
                        workers * groupsPerWorker,
                        512,
                        draws.count("own tokens", 16, 64),
                        draws.count("answer tokens", 8, 48)),
                3.0 * workers,
                WARM_NANOS + 3 * WINDOW_NANOS + outageNanos);
        return run.result(new Story(run.cluster(), fallbacks, prompts, freezes, outageNanos).play());
    }

    /// When frontends chose by themselves for want of a router.
    private static final class Fallbacks implements Fold {
        private final Map<NodeId, Long> startedNanos = new LinkedHashMap<>();

        @Override
        public void apply(ClusterEvent event) {
            switch (event.record()) {
                case RoutingEvent.RouterFallbackStarted _ -> startedNanos.put(event.node(), event.atNanos());
                case RoutingEvent.RouterFallbackEnded _ -> startedNanos.remove(event.node());
                default -> {
                    // Not about fallbacks.
                }
            }
        }
    }

    private static final class Story {
        private final SimulatedCluster cluster;
        private final Fallbacks fallbacks;
        private final SharedPrompts prompts;
        private final boolean freezes;
        private final long outageNanos;
        private final List<ObservedAnswer> answers = new ArrayList<>();

        Story(SimulatedCluster cluster, Fallbacks fallbacks, SharedPrompts prompts, boolean freezes, long outageNanos) {
            this.cluster = cluster;
            this.fallbacks = fallbacks;
            this.prompts = prompts;
            this.freezes = freezes;
            this.outageNanos = outageNanos;
        }

        Optional<String> play() {
            if (!cluster.awaitStart()) {
                return Optional.empty();
            }
            LoadRun load = cluster.load().start(prompts, answers::add);
            cluster.runFor(WARM_NANOS);
            double before = hitRateOver(WINDOW_NANOS);
            List<NodeId> routers = cluster.nodes(NodeRole.ROUTER);
            long struckNanos = cluster.nowNanos();
            routers.forEach(freezes ? cluster.control()::freeze : cluster.control()::kill);
            cluster.runFor(outageNanos);
            Optional<String> late = lateFallback(struckNanos);
            routers.forEach(freezes ? cluster.control()::thaw : cluster.control()::start);
            cluster.runFor(SETTLE_NANOS);
            double after = hitRateOver(WINDOW_NANOS);
            cluster.heal();
            load.drain();
            if (!cluster.stabilise()) {
                return Optional.empty();
            }
            return late.or(this::failedRequests).or(() -> regained(before, after));
        }

        /// All frontends have found out; the last of them as soon as somebody asked.
        private Optional<String> lateFallback(long struckNanos) {
            RoutingConfig routing = cluster.config().cluster().routing();
            long slack = 4 * cluster.config().network().arrivalBoundNanos();
            long boundNanos = 2 * routing.answerNanos() + slack;
            int frontends = cluster.nodes(NodeRole.FRONTEND).size();
            if (fallbacks.startedNanos.size() < frontends) {
                return Optional.of("only " + fallbacks.startedNanos.size() + " of " + frontends
                        + " frontends fell back while no router was there");
            }
            for (Map.Entry<NodeId, Long> fallback : fallbacks.startedNanos.entrySet()) {
                long tookNanos = fallback.getValue() - struckNanos;
                // A frozen router is found by the first question that it does not answer.
                if (!freezes && tookNanos > boundNanos) {
                    return Optional.of(
                            fallback.getKey() + " fell back " + tookNanos + " ns after the last router was killed");
                }
            }
            return Optional.empty();
        }

        private Optional<String> failedRequests() {
            long failed = answers.stream()
                    .filter(answer -> !(answer.outcome() instanceof Outcome.Completed))
                    .count();
            return failed == 0 ? Optional.empty() : Optional.of(failed + " requests did not complete");
        }

        private Optional<String> regained(double before, double after) {
            return after >= REGAINED * before
                    ? Optional.empty()
                    : Optional.of("of the prompts' tokens " + after + " were found in caches after the routers were"
                            + " back, " + before + " before they were lost");
        }

        private double hitRateOver(long nanos) {
            int from = answers.size();
            cluster.runFor(nanos);
            long prompt = 0;
            long cached = 0;
            for (ObservedAnswer answer : answers.subList(from, answers.size())) {
                if (answer.outcome() instanceof Outcome.Completed(var _, var usage, var _)) {
                    prompt += usage.promptTokens();
                    cached += usage.cachedTokens();
                }
            }
            return prompt == 0 ? 0 : (double) cached / prompt;
        }
    }
}
