package io.faultline.sim.scenario;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.migration.StallConfig;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.faultline.runtime.workload.LoadClients.StopDraw;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import java.util.ArrayList;
import java.util.List;

/// `mixed-survival`: everything at once. Each seed draws which kinds of [SwarmFault] strike it, and how often
/// beside each other, so that some seeds see one kind again and again and others all of them; and whether the cluster
/// has routers, prefill workers, an orchestrator and a planner. Clients also leave early, set stop strings and fewest
/// tokens, and let the model end its answers. See [UnderFire] for what has to hold.
public final class MixedSurvival implements Scenario {
    static final String NAME = "mixed-survival";

    private static final long MILLI = 1_000_000L;
    private static final int NO_CAP = Integer.MAX_VALUE;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "Kills, freezes, partitions, restarts, slow links, lost machines, wrong plans, cancellations and bursts of load,"
                + " mixed by the seed.";
    }

    /// The kinds of faults that can strike.
    public static List<String> faultKinds() {
        return SwarmFault.ALL.stream().map(SwarmFault::kind).toList();
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        return UnderFire.run(NAME, seed, options, MixedSurvival::story, Swarm::drawnFrom);
    }

    private static SwarmStory story(Draws draws) {
        SwarmStory story = SwarmStory.drawnFrom(draws);
        return story.withConfig(orchestrated(draws, disaggregated(draws, config(draws, story.config()))))
                .withPauseNanos(draws.millis("mean time between strikes", 60, 1_500));
    }

    private static SimulationConfig disaggregated(Draws draws, SimulationConfig config) {
        int workers = draws.oneOf("prefill workers", 0, 0, 1, 2, 3);
        return workers == 0 ? config : PrefillUnderFire.disaggregated(draws, config, workers);
    }

    /// Machines with some room to spare, or none.
    private static SimulationConfig orchestrated(Draws draws, SimulationConfig config) {
        int machines = draws.oneOf("machines", 0, 0, 2, 3, 4);
        if (machines == 0) {
            return config;
        }
        ClusterConfig cluster = config.cluster();
        int workers = cluster.decodeWorkers() + cluster.prefillWorkers();
        int spare = draws.count("spare GPUs", 0, 4);
        int gpus = (workers + spare + machines - 1) / machines;
        OrchestrationConfig orchestration = OrchestrationConfig.on(OrchestrationConfig.machines(machines, gpus));
        if (draws.oneOf("planner", false, true)) {
            PlannerConfig planner = PlannerConfig.defaults(
                    List.of(Pool.of(NodeRole.DECODE, "backend", 1, cluster.decodeWorkers() + spare)));
            orchestration = orchestration.withPlanner(
                    planner.withIntervalNanos(draws.oneOf("planner's interval (s)", 2, 5) * 1_000 * MILLI));
        }
        return config.withOrchestration(orchestration);
    }

    private static SimulationConfig config(Draws draws, SimulationConfig config) {
        RequestPlaneConfig plane = plane(draws);
        MigrationConfig migration = config.frontend()
                .migration()
                .withPatienceNanos(draws.oneOf("patience (ms)", 0, 200, 1_000, 3_000) * MILLI)
                .withSequenceTokensMax(draws.oneOf("migration cap", NO_CAP, NO_CAP, NO_CAP, 100, 300))
                .withStall(new StallConfig(
                        draws.oneOf("first-token limit (s)", 0, 60, 60) * 1_000 * MILLI,
                        draws.oneOf("next-token limit (s)", 0, 30, 30) * 1_000 * MILLI));
        double picky = draws.oneOf("share of picky requests", 0.0, 0.3, 1.0);
        return config.withFrontend(config.frontend().withMigration(migration).withPlane(plane))
                .withWorker(config.worker().withPlane(plane))
                .withLoad(config.load().withStops(new PickyStops(picky)));
    }

    private static RequestPlaneConfig plane(Draws draws) {
        long heartbeat = draws.oneOf("heartbeat (ms)", 30, 100, 100) * MILLI;
        return RequestPlaneConfig.defaults()
                .withDetection(heartbeat, heartbeat * 35 / 10)
                .withOrphanNanos(draws.oneOf("orphan limit (ms)", 400, 1_500, 1_500, 5_000) * MILLI);
    }

    /// Some clients want as much as they may have, some know when it is enough. Stop strings are short, because the
    /// model makes words up; one never comes but begins as many words end, so that text is held back often.
    private record PickyStops(double share) implements StopDraw {
        private static final List<String> STOPS = List.of("a", "e ", ". ", "ta", "mon", ", ", "e xyzzy");
        private static final int STRINGS_MAX = 3;

        @Override
        public StopConditions draw(int maxTokens, RandomSource own) {
            if (!own.nextBoolean(share)) {
                return StopDraw.FULL_LENGTH.draw(maxTokens, own);
            }
            int minTokens = own.nextBoolean(0.5) ? own.nextInt(maxTokens) : 0;
            List<String> strings = new ArrayList<>();
            for (int i = own.nextInt(STRINGS_MAX + 1); i > 0; i--) {
                strings.add(STOPS.get(own.nextInt(STOPS.size())));
            }
            return new StopConditions(maxTokens, minTokens, own.nextBoolean(0.5), strings);
        }
    }

    /// The faults of one seed, with their weights.
    private static final class Swarm implements UnderFire.Strikes {
        private final List<SwarmFault> weighted = new ArrayList<>();
        private int struck;

        static Swarm drawnFrom(Draws draws) {
            Swarm swarm = new Swarm();
            for (SwarmFault fault : SwarmFault.ALL) {
                int weight = draws.oneOf("weight of " + fault.kind(), 0, 0, 1, 1, 4);
                for (int i = 0; i < weight; i++) {
                    swarm.weighted.add(fault);
                }
            }
            if (swarm.weighted.isEmpty()) {
                swarm.weighted.addAll(SwarmFault.ALL);
            }
            return swarm;
        }

        @Override
        public void strike(SimulatedCluster cluster, SwarmStory story, RandomSource moments) {
            SwarmFault fault = weighted.get(moments.nextInt(weighted.size()));
            fault.strike().in(new Arena(cluster, story.force(), moments, NAME, fault.kind(), struck++));
        }
    }
}
