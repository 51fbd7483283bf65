package io.faultline.sim.scenario;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Cordon;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Machine;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Restart;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `scaling-under-fire`: the load of a cluster rises and falls, its planner and its orchestrator follow, and both are
/// killed, frozen and misled meanwhile; in all but the *calm* seeds workers, machines and the store are struck, too.
/// In calm seeds nothing touches who serves requests, so none may fail. At last everything is healed: what the planner
/// wants runs, and every client is served once more.
public final class ScalingUnderFire implements Scenario {
    private static final String NAME = "scaling-under-fire";
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final int PROMPT_TOKENS_MAX = 256;

    /// Strikes that must not reach any request.
    private static final List<String> CALM = List.of(
            "load-tide",
            "load-tide",
            "planner-over-scale",
            "planner-kill",
            "orchestrator-kill",
            "orchestrator-freeze",
            "cordon");

    private static final List<String> HARMFUL =
            List.of("worker-kill", "worker-kill", "machine-loss", "start-failure", "store-kill");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "Load rises and falls; planner and orchestrator follow, and are killed, frozen and misled.";
    }

    /// Every kind of strike.
    public static List<String> strikeKinds() {
        List<String> all = new ArrayList<>(CALM);
        all.addAll(HARMFUL);
        return all.stream().distinct().toList();
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        Draws draws = new Draws(new RandomSource(seed).fork(NAME));
        boolean isCalm = draws.oneOf("strikes", "calm", "harmful", "harmful").equals("calm");
        SimulationConfig config = config(draws);
        LoadSpec tide = load(draws, "tide", 40);
        Story story = new Story(
                isCalm,
                load(draws, "clients", 8),
                tide,
                draws.millis("safety phase", 20_000, 90_000),
                draws.millis("mean time between strikes", 1_000, 8_000),
                draws.millis("shortest outage", 200, 2_000),
                draws.millis("longest outage", 2_000, 20_000));
        ScenarioRun run = ScenarioRun.begin(NAME, seed, config, options, draws);
        return run.result(new Play(run.cluster(), story, draws.stream("moments")).play());
    }

    /// @param load what there always is
    /// @param tide what comes and goes
    private record Story(
            boolean isCalm,
            LoadSpec load,
            LoadSpec tide,
            long safetyNanos,
            long pauseNanos,
            long outageMinNanos,
            long outageMaxNanos) {}

    private static LoadSpec load(Draws draws, String who, int clientsMax) {
        return new LoadSpec(
                draws.spread(who, 1, clientsMax),
                0,
                8,
                PROMPT_TOKENS_MAX,
                draws.spread("answer tokens of " + who, 16, 160),
                draws.oneOf("shared prefix of " + who, 0, 64),
                draws.millis("ramp of " + who, 0, 3_000));
    }

    private static SimulationConfig config(Draws draws) {
        int min = draws.count("fewest workers", 1, 2);
        int workers = min + draws.count("workers beyond", 1, 3);
        int max = workers + draws.count("budget beyond", 0, 2);
        int slots = draws.count("GPUs of a machine", 1, 3);
        // Room for all but what one machine holds, so that losing one does not end the service.
        int machines = Math.ceilDiv(max, slots) + draws.count("spare machines", 0, 1);
        PlannerConfig planner = PlannerConfig.defaults(List.of(Pool.of(NodeRole.DECODE, "backend", min, max)
                        .withKv(draws.oneOf("KV use, few", 0.2, 0.5), draws.oneOf("KV use, many", 0.7, 0.9))))
                .withIntervalNanos(draws.millis("planner's interval", 2_000, 6_000))
                .withScalingWaitNanos(draws.millis("longest wait for scaling", 10_000, 60_000));
        OrchestrationConfig orchestration = OrchestrationConfig.on(machines(machines, slots))
                .withPlanner(planner)
                .withLaunchNanos(draws.millis("launch", 100, 2_000))
                .withRestart(new Restart(
                        draws.millis("first wait for a restart", 100, 1_000),
                        draws.millis("longest wait for a restart", 1_000, 8_000),
                        draws.millis("stable", 2_000, 20_000)))
                .withCordon(new Cordon(
                        draws.count("failures to a cordon", 2, 3),
                        draws.millis("time to start", 500, 5_000),
                        draws.millis("cordon", 4_000, 20_000),
                        0.5));
        ClusterConfig cluster = new ClusterConfig(
                        "faultline-13b",
                        draws.count("frontends", 1, 2),
                        workers,
                        1_024,
                        draws.spread("KV blocks", 80, 400),
                        draws.spread("sequences in a batch", 4, 64),
                        draws.oneOf("engine speed", 1.0, 2.0, 5.0),
                        draws.count("migration limit", 8, 12),
                        draws.oneOf("lease (s)", 2, 5) * SECOND)
                .withRouting(routing(draws))
                .withOrchestration(orchestration);
        return SimulationConfig.of(cluster).withClockDriftMax(draws.oneOf("clock drift (ppm)", 0, 0, 100));
    }

    private static List<Machine> machines(int count, int slots) {
        return OrchestrationConfig.machines(count, slots);
    }

    private static RoutingConfig routing(Draws draws) {
        int routers = draws.oneOf("routers", 0, 0, 1, 2);
        return routers == 0 ? RoutingConfig.roundRobin() : RoutingConfig.kv(routers);
    }

    private static final class Play {
        private static final NodeId PLANNER = NodeRole.PLANNER.nodeId(0);
        private static final NodeId ORCHESTRATOR = NodeRole.ORCHESTRATOR.nodeId(0);

        private final SimulatedCluster cluster;
        private final Story story;
        private final RandomSource moments;
        private final List<String> kinds;
        private final List<String> machines;
        private final List<LoadRun> loads = new ArrayList<>();
        private int struck;
        private boolean ceased;

        Play(SimulatedCluster cluster, Story story, RandomSource moments) {
            this.cluster = cluster;
            this.story = story;
            this.moments = moments;
            this.kinds = new ArrayList<>(CALM);
            if (!story.isCalm) {
                kinds.addAll(HARMFUL);
            }
            this.machines = cluster.config().cluster().orchestration().machines().stream()
                    .map(Machine::name)
                    .toList();
        }

        Optional<String> play() {
            if (!cluster.awaitStart()) {
                return Optional.empty();
            }
            loads.add(cluster.load().start(story.load));
            scheduleNext();
            if (!cluster.runFor(story.safetyNanos)) {
                return Optional.empty();
            }
            ceased = true;
            cluster.heal();
            loads.forEach(LoadRun::drain);
            if (!uncordonAll() || !cluster.stabilise()) {
                return Optional.empty();
            }
            return prove();
        }

        private Optional<String> prove() {
            LoadSpec load = story.load;
            LoadRun proof = cluster.load()
                    .start(new LoadSpec(
                            load.clients(),
                            1,
                            load.promptTokensMin(),
                            load.promptTokensMax(),
                            load.maxTokens(),
                            load.sharedPrefixTokens(),
                            0));
            if (!cluster.stabilise()) {
                return Optional.empty();
            }
            int sent = proof.tally().sent();
            int completed = proof.tally().completed();
            return completed == sent
                    ? Optional.empty()
                    : Optional.of("the healed cluster completed " + completed + " of " + sent + " requests");
        }

        /// By hand, until the orchestrator says that it is done: it may have just been started.
        private boolean uncordonAll() {
            List<String> left = new ArrayList<>(machines);
            long boundNanos = 60 * SECOND;
            return cluster.runUntil(
                    () -> {
                        for (String machine : machines) {
                            if (left.contains(machine)) {
                                cluster.withOrchestrator(o -> o.uncordon(machine, NAME, done -> {
                                    if (done) {
                                        left.remove(machine);
                                    }
                                }));
                            }
                        }
                        return left.isEmpty();
                    },
                    boundNanos);
        }

        // ---- strikes

        private void scheduleNext() {
            cluster.operator().after((long) moments.nextExponential((double) story.pauseNanos), this::strike);
        }

        private void strike() {
            if (!ceased) {
                strike(kinds.get(moments.nextInt(kinds.size())));
                scheduleNext();
            }
        }

        private void strike(String kind) {
            switch (kind) {
                case "load-tide" -> tide();
                case "planner-over-scale" ->
                    inject(new Fault.PlannerOverScale(PLANNER, 0.2 + 0.4 * moments.nextDouble()));
                case "planner-kill" -> end(kind, PLANNER);
                case "orchestrator-kill" -> end(kind, ORCHESTRATOR);
                case "orchestrator-freeze" -> freeze(kind, ORCHESTRATOR);
                case "cordon" -> cordon();
                case "worker-kill" -> killWorker(kind);
                case "machine-loss" -> inject(new Fault.MachineLoss(machine()));
                case "start-failure" -> inject(new Fault.StartFailure(machine()));
                case "store-kill" -> end(kind, cluster.nodes().getFirst());
                default -> throw new IllegalArgumentException("no strike is called '" + kind + "'");
            }
        }

        private void tide() {
            LoadRun run = cluster.load().start(story.tide);
            loads.add(run);
            lasting("load-tide", "clients", run::drain);
        }

        /// Whoever looks after it brings it back, or it comes back after a while.
        private void end(String kind, NodeId node) {
            if (cluster.nodes().contains(node)) {
                cluster.control().kill(node);
                lasting(kind, node.value(), () -> bringBack(node));
            }
        }

        private void bringBack(NodeId node) {
            if (cluster.nodes().contains(node)) {
                cluster.control().bringBack(node);
            }
        }

        private void freeze(String kind, NodeId node) {
            cluster.control().freeze(node);
            lasting(kind, node.value(), () -> cluster.control().thaw(node));
        }

        private void killWorker(String kind) {
            List<NodeId> workers = cluster.workers();
            if (!workers.isEmpty()) {
                NodeId worker = workers.get(moments.nextInt(workers.size()));
                cluster.control().kill(worker);
                lasting(kind, worker.value(), () -> {});
            }
        }

        /// At most half of the machines, until everything is healed.
        private void cordon() {
            String machine = machines.get(moments.nextInt(Math.max(1, machines.size() / 2)));
            if (cluster.withOrchestrator(o -> o.cordon(machine, NAME, _ -> {}))) {
                lasting("cordon", machine, () -> {});
            }
        }

        private NodeId machine() {
            return new NodeId(machines.get(moments.nextInt(machines.size())));
        }

        private void inject(Fault fault) {
            cluster.faults().inject(fault, Duration.ofNanos(outageNanos()), NAME);
        }

        private long outageNanos() {
            return moments.nextLong(story.outageMinNanos, story.outageMaxNanos);
        }

        private void lasting(String kind, String target, Runnable undo) {
            String id = kind + '-' + struck++;
            cluster.tell(new FaultEvent.FaultInjected(id, kind, target, NAME));
            cluster.operator().after(outageNanos(), () -> {
                undo.run();
                cluster.tell(new FaultEvent.FaultRecovered(id, kind, target, "its time was over"));
            });
        }
    }
}
