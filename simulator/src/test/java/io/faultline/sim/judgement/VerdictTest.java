package io.faultline.sim.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.judgement.Evidence;
import io.faultline.runtime.judgement.Judgement;
import io.faultline.runtime.judgement.Verdict;
import io.faultline.runtime.judgement.Verdict.Level;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.sim.cluster.Cut;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The verdict on a whole cluster in virtual time: one row a failure. Each is named in the right words within two
/// seconds of the fact, and when it is over the verdict is healthy again.
class VerdictTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long LOOK_NANOS = 100_000_000L;
    private static final long IN_TIME_NANOS = 2 * SECOND;
    /// The longest of: an ejected worker's way back, a worker's start after a crash loop, the window of what is recent.
    private static final long RECOVERY_NANOS = 120 * SECOND;

    private static final LoadSpec STEADY = new LoadSpec(24, 0, 64, 512, 80, 32, SECOND);

    /// One failure.
    ///
    /// @param name what breaks
    /// @param strike breaks it
    /// @param factNanos after which time it is a fact that someone could notice; 0 = at once
    /// @param level the verdict's, then
    /// @param words what its sentence holds
    record Failure(String name, Consumer<VerdictTest> strike, long factNanos, Level level, String words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Failure row(String name, Level level, String words, Consumer<VerdictTest> strike) {
        return new Failure(name, strike, 0, level, words);
    }

    private static Failure later(String name, long factNanos, Level level, String words, Consumer<VerdictTest> strike) {
        return new Failure(name, strike, factNanos, level, words);
    }

    static Stream<Failure> failures() {
        return Stream.of(
                row("frontend killed", Level.DOWN, "frontend-0 killed", t -> t.kill("frontend-0")),
                row("frontend frozen", Level.DOWN, "frontend-0 unresponsive", t -> t.freeze("frontend-0")),
                row("decode worker killed", Level.DEGRADED, "decode-1 killed", t -> t.kill("decode-1")),
                row("decode worker frozen", Level.DEGRADED, "decode-1 unresponsive", t -> t.freeze("decode-1")),
                row("every decode worker killed", Level.DOWN, "0 of 3 decode workers ready", t -> {
                    t.kill("decode-0");
                    t.kill("decode-1");
                    t.kill("decode-2");
                }),
                row("every decode worker frozen", Level.DOWN, "decode-0 unresponsive", t -> {
                    t.freeze("decode-0");
                    t.freeze("decode-1");
                    t.freeze("decode-2");
                }),
                row(
                        "decode worker slow",
                        Level.DEGRADED,
                        "decode-1 slow",
                        t -> t.engine("decode-1", new EngineCondition.Slowed(12))),
                row(
                        "engine stalled behind green probes",
                        Level.DEGRADED,
                        "decode-1's engine stalled",
                        t -> t.engine("decode-1", new EngineCondition.Frozen(0))),
                row(
                        "engine crashed",
                        Level.DEGRADED,
                        "decode-1",
                        t -> t.engine("decode-1", new EngineCondition.Crashed("a test"))),
                row("every engine stalled", Level.DOWN, "no tokens at all", t -> {
                    t.engine("decode-0", new EngineCondition.Frozen(0));
                    t.engine("decode-1", new EngineCondition.Frozen(0));
                    t.engine("decode-2", new EngineCondition.Frozen(0));
                }),
                row("router killed", Level.DEGRADED, "router-0 killed", t -> t.kill("router-0")),
                row("router frozen", Level.DEGRADED, "router-0 unresponsive", t -> t.freeze("router-0")),
                row("every router killed", Level.DEGRADED, "router-0 killed", t -> {
                    t.kill("router-0");
                    t.kill("router-1");
                }),
                row("prefill worker killed", Level.DEGRADED, "prefill-0 killed", t -> t.kill("prefill-0")),
                row("prefill worker frozen", Level.DEGRADED, "prefill-0 unresponsive", t -> t.freeze("prefill-0")),
                row("planner killed", Level.DEGRADED, "planner-0 killed", t -> t.kill("planner-0")),
                row("planner frozen", Level.DEGRADED, "planner-0 unresponsive", t -> t.freeze("planner-0")),
                row("orchestrator killed", Level.DEGRADED, "orchestrator-0 killed", t -> t.kill("orchestrator-0")),
                row(
                        "orchestrator frozen",
                        Level.DEGRADED,
                        "orchestrator-0 unresponsive",
                        t -> t.freeze("orchestrator-0")),
                row("store gone", Level.DEGRADED, "store killed", t -> t.kill("store")),
                row("store frozen", Level.DEGRADED, "store unresponsive", t -> t.freeze("store")),
                row("prefill queue gone", Level.DEGRADED, "queue killed", t -> t.kill("queue")),
                row(
                        "machine lost",
                        Level.DEGRADED,
                        "machine-0 lost",
                        t -> t.inject(new Fault.MachineLoss(new NodeId("machine-0")))),
                row(
                        "frontend and a decode worker parted",
                        Level.DEGRADED,
                        "decode-1 ejected",
                        t -> t.part("frontend-0", "decode-1")),
                later(
                        "prefill and decode parted",
                        3 * SECOND,
                        Level.DEGRADED,
                        "KV transfer from prefill-0",
                        t -> t.part("prefill-0", "decode-0", "decode-1", "decode-2")),
                later("overload", 3 * SECOND, Level.DEGRADED, "without a first token for up to", VerdictTest::overload),
                row(
                        "over-scaled",
                        Level.DEGRADED,
                        "planner scaled decode workers 3 -> 2",
                        t -> t.inject(new Fault.PlannerOverScale(new NodeId("planner-0"), 0.3))));
    }

    private final SimulatedCluster cluster = cluster();
    private final List<Cut> cuts = new ArrayList<>();
    private final List<LoadRun> loads = new ArrayList<>();

    private static SimulatedCluster cluster() {
        PlannerConfig planner = PlannerConfig.defaults(List.of(Pool.of(NodeRole.DECODE, "backend", 3, 3)))
                .withIntervalNanos(5 * SECOND);
        ClusterConfig config = new ClusterConfig("m", 1, 3, 4_096, 1_024, 64, 1.0, 3, 10 * SECOND)
                .withRouting(RoutingConfig.kv(2))
                .withPrefill(1, PrefillConfig.defaults().withRules(new PrefillRules(128, 8)))
                .withOrchestration(OrchestrationConfig.on(OrchestrationConfig.machines(3, 3))
                        .withPlanner(planner));
        return SimulatedCluster.builder(5)
                .config(SimulationConfig.of(config))
                .history(HistoryConfig.defaults())
                .build();
    }

    private Verdict verdict() {
        return Judgement.judge(Evidence.of(cluster.world().history(), cluster.nowNanos()));
    }

    @ParameterizedTest
    @MethodSource("failures")
    @DisplayName("every failure is named within 2 s, and the verdict is healthy again when it is over")
    void isNamedInTimeAndForgottenInTime(Failure failure) {
        serve();
        failure.strike().accept(this);
        cluster.runFor(failure.factNanos());
        List<String> said = new ArrayList<>();
        boolean named = cluster.runUntil(
                () -> {
                    Verdict now = verdict();
                    String sentence = now.sentence();
                    if (said.isEmpty() || !said.getLast().equals(sentence)) {
                        said.add(sentence);
                    }
                    return now.level() == failure.level()
                            && (sentence.contains(failure.words())
                                    || now.findings().stream()
                                            .anyMatch(f -> f.what().contains(failure.words())));
                },
                IN_TIME_NANOS);
        assertThat(named)
                .as("said within 2 s: %s; %s", said, cluster.violations())
                .isTrue();

        heal();
        boolean healthy = cluster.runUntil(() -> verdict().level() == Level.HEALTHY, RECOVERY_NANOS);
        assertThat(healthy).as("at the end: %s", verdict()).isTrue();
        cluster.runFor(RECOVERY_NANOS);
        assertThat(verdict().level()).as("later: %s", verdict()).isEqualTo(Level.HEALTHY);
    }

    @Test
    @DisplayName(
            "a cluster that starts is unknown, one without traffic says so, and one that serves meets its objectives")
    void withoutFailures() {
        assertThat(verdict().level()).isEqualTo(Level.UNKNOWN);
        assertThat(cluster.awaitStart()).isTrue();
        cluster.runFor(SECOND);
        assertThat(verdict().sentence())
                .startsWith("Healthy: ")
                .contains("components ready")
                .endsWith("no requests in the last 30 s");
        LoadRun load = cluster.load().start(STEADY);
        for (int i = 0; i < 600; i++) {
            cluster.runFor(LOOK_NANOS);
            assertThat(verdict().sentence()).startsWith("Healthy: ");
        }
        assertThat(verdict().sentence()).endsWith("all objectives met");
        load.drain();
    }

    private void serve() {
        assertThat(cluster.awaitStart()).isTrue();
        loads.add(cluster.load().start(STEADY));
        cluster.runFor(8 * SECOND);
        assertThat(verdict().sentence()).startsWith("Healthy: ");
    }

    private void heal() {
        cuts.forEach(Cut::heal);
        for (LoadRun load : loads.subList(1, loads.size())) {
            load.drain();
        }
        cluster.operator().post(() -> cluster.faults().recoverAll("a test"));
        for (NodeId node : cluster.nodes()) {
            cluster.control().thaw(node);
            cluster.control().disturbEngine(node, new EngineCondition.Sound());
            cluster.control().bringBack(node);
        }
    }

    private void kill(String node) {
        cluster.control().kill(new NodeId(node));
    }

    private void freeze(String node) {
        cluster.control().freeze(new NodeId(node));
    }

    private void engine(String node, EngineCondition condition) {
        cluster.control().disturbEngine(new NodeId(node), condition);
    }

    private void part(String node, String... others) {
        cuts.add(cluster.control()
                .partition(
                        List.of(new NodeId(node)),
                        Stream.of(others).map(NodeId::new).toList()));
    }

    private void overload() {
        loads.add(cluster.load().start(new LoadSpec(300, 1, 1_024, 2_048, 60, 0, 0)));
    }

    private void inject(Fault fault) {
        cluster.operator().post(() -> cluster.faults().inject(fault, null, "a test"));
    }
}
