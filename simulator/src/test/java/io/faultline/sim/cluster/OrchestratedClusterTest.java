package io.faultline.sim.cluster;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.event.ScalingEvent.MachineCordoned;
import io.faultline.runtime.event.ScalingEvent.PlannerDecided;
import io.faultline.runtime.event.ScalingEvent.ProcessPlaced;
import io.faultline.runtime.event.ScalingEvent.ProcessRetired;
import io.faultline.runtime.event.ScalingEvent.RestartScheduled;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.prefill.PrefillRules;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Machines, an orchestrator and a planner around the workers. The invariants watch as in the big scenarios.
class OrchestratedClusterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final NodeId WORKER = new NodeId("decode-1");
    private static final NodeId PLANNER = new NodeId("planner-0");
    private static final NodeId ORCHESTRATOR = new NodeId("orchestrator-0");

    private final List<ClusterEvent> events = new ArrayList<>();

    private SimulatedCluster cluster(int workers, OrchestrationConfig orchestration) {
        return cluster(workers, 256, orchestration);
    }

    private SimulatedCluster cluster(int workers, int kvBlocks, OrchestrationConfig orchestration) {
        ClusterConfig config = new ClusterConfig("m", 1, workers, 1_024, kvBlocks, 256, 1.0, 3, 10 * SECOND)
                .withOrchestration(orchestration);
        return started(config);
    }

    private SimulatedCluster started(ClusterConfig config) {
        SimulatedCluster cluster = SimulatedCluster.builder(7)
                .config(SimulationConfig.of(config))
                .fold(events::add)
                .history(HistoryConfig.defaults())
                .build();
        assertThat(cluster.awaitStart()).as(cluster.violations().toString()).isTrue();
        return cluster;
    }

    private static OrchestrationConfig machines(int count, int gpus) {
        return OrchestrationConfig.on(OrchestrationConfig.machines(count, gpus));
    }

    private static OrchestrationConfig planned(int count, int gpus, int min, int max) {
        PlannerConfig planner = PlannerConfig.defaults(List.of(Pool.of(NodeRole.DECODE, "backend", min, max)))
                .withIntervalNanos(5 * SECOND);
        return machines(count, gpus).withPlanner(planner);
    }

    private Result inject(SimulatedCluster cluster, Fault fault) {
        List<Result> results = new ArrayList<>();
        cluster.operator().post(() -> results.add(cluster.faults().inject(fault, null, "a test")));
        cluster.runFor(1);
        return results.getFirst();
    }

    private void injected(SimulatedCluster cluster, Fault fault) {
        assertThat(inject(cluster, fault)).isInstanceOf(Result.Done.class);
    }

    private void settle(SimulatedCluster cluster, LoadRun load) {
        cluster.heal();
        load.drain();
        cluster.stabilise();
        assertThat(cluster.violations()).isEmpty();
        assertThat(cluster.requests().failed()).isZero();
        assertThat(cluster.requests().rejected()).isZero();
        assertThat(records(ClientEvent.AnswerChecked.class))
                .isNotEmpty()
                .allMatch(ClientEvent.AnswerChecked::identical);
    }

    private <R extends EventRecord> List<R> records(Class<R> type) {
        return events.stream()
                .map(ClusterEvent::record)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private List<PlannerDecided> decisions(DecisionKind kind) {
        return records(PlannerDecided.class).stream()
                .filter(d -> d.kind() == kind)
                .toList();
    }

    private long workersUp(SimulatedCluster cluster) {
        return cluster.nodes().stream()
                .filter(n -> n.value().startsWith("decode-"))
                .filter(n -> cluster.control().state(n) == ProcessState.RUNNING)
                .count();
    }

    @Test
    @DisplayName("REQ-2 TC-1: a worker that is killed under load is replaced within the sum of the named delays")
    @Shows(
            value = {"REQ-2", "TC-1"},
            in = SIMULATED)
    void killedWorkerIsReplaced() {
        SimulatedCluster cluster = cluster(4, machines(3, 2));
        LoadRun load = cluster.load().start(new LoadSpec(40, 0, 16, 128, 100, 32, SECOND));
        cluster.runFor(5 * SECOND);
        cluster.control().kill(WORKER);
        long killed = cluster.nowNanos();

        assertThat(cluster.runUntil(() -> cluster.control().state(WORKER) == ProcessState.RUNNING, 60 * SECOND))
                .isTrue();
        assertThat(cluster.nowNanos() - killed).isLessThan(4 * SECOND);
        assertThat(records(RestartScheduled.class))
                .singleElement()
                .satisfies(r -> assertThat(r.delayNanos()).isEqualTo(SECOND));
        settle(cluster, load);
        assertThat(cluster.requests().migrated()).isPositive();
    }

    @Test
    @DisplayName("REQ-2: a machine on which nothing starts is cordoned; its worker runs elsewhere")
    @Shows(
            value = {"REQ-2"},
            in = SIMULATED)
    void machineOnWhichNothingStartsIsLeftAlone() {
        SimulatedCluster cluster = cluster(4, machines(3, 2));
        LoadRun load = cluster.load().start(new LoadSpec(24, 0, 16, 128, 100, 32, SECOND));
        cluster.runFor(2 * SECOND);
        String machine = records(ProcessPlaced.class).stream()
                .filter(p -> p.process().equals(WORKER.value()))
                .findFirst()
                .orElseThrow()
                .machine();
        injected(cluster, new Fault.StartFailure(new NodeId(machine)));
        cluster.control().kill(WORKER);

        assertThat(cluster.runUntil(
                        () -> !records(MachineCordoned.class).isEmpty() && workersUp(cluster) == 4, 60 * SECOND))
                .isTrue();
        assertThat(records(MachineCordoned.class))
                .singleElement()
                .satisfies(c -> assertThat(c.machine()).isEqualTo(machine));
        List<Long> delays = records(RestartScheduled.class).stream()
                .map(RestartScheduled::delayNanos)
                .toList();
        assertThat(delays).containsExactly(SECOND, 2 * SECOND, 4 * SECOND, SECOND);
        assertThat(records(ProcessPlaced.class).getLast().machine()).isNotEqualTo(machine);
        settle(cluster, load);
    }

    @Test
    @DisplayName("REQ-2 REQ-4c: the workers of a lost machine run on the others, as far as they have room")
    @Shows(
            value = {"REQ-2", "REQ-4c"},
            in = SIMULATED)
    void workersOfALostMachineRunElsewhere() {
        SimulatedCluster cluster = cluster(4, machines(3, 2));
        LoadRun load = cluster.load().start(new LoadSpec(24, 0, 16, 128, 100, 32, SECOND));
        cluster.runFor(2 * SECOND);
        injected(cluster, new Fault.MachineLoss(new NodeId("machine-0")));
        assertThat(workersUp(cluster)).isLessThan(4);

        assertThat(cluster.runUntil(() -> workersUp(cluster) == 4, 60 * SECOND)).isTrue();
        injected(cluster, new Fault.MachineLoss(new NodeId("machine-1")));
        cluster.runFor(60 * SECOND);
        assertThat(workersUp(cluster)).isEqualTo(2);
        assertThat(records(ScalingEvent.ProcessUnplaced.class)).isNotEmpty();
        settle(cluster, load);
        assertThat(workersUp(cluster)).isEqualTo(4);
    }

    @Test
    @DisplayName("REQ-11: workers are added and taken away as the load changes, and no request fails because of it")
    @Shows(
            value = {"REQ-11"},
            in = SIMULATED)
    void workersComeAndGoWithTheLoad() {
        SimulatedCluster cluster = cluster(2, planned(4, 2, 1, 8));
        LoadRun load = cluster.load().start(new LoadSpec(100, 0, 32, 64, 192, 0, SECOND));
        cluster.runFor(120 * SECOND);
        int most = decisions(DecisionKind.UP).stream()
                .mapToInt(PlannerDecided::to)
                .max()
                .orElse(0);
        assertThat(most).as("%s", records(PlannerDecided.class)).isGreaterThan(3);
        load.drain();
        LoadRun little = cluster.load().start(new LoadSpec(4, 0, 32, 64, 192, 0, SECOND));
        cluster.runFor(300 * SECOND);
        assertThat(decisions(DecisionKind.DOWN)).isNotEmpty();
        assertThat(records(ProcessRetired.class)).isNotEmpty();
        assertThat(workersUp(cluster)).isLessThan(most);
        settle(cluster, little);
    }

    @Test
    @DisplayName("REQ-11 TC-3: a planner that is made to over-scale rolls back within three intervals")
    @Shows(
            value = {"REQ-11", "TC-3"},
            in = SIMULATED)
    void overScalingIsRolledBack() {
        SimulatedCluster cluster = cluster(10, 1_024, planned(5, 2, 1, 10));
        LoadRun load = cluster.load().start(new LoadSpec(340, 0, 256, 320, 192, 0, 5 * SECOND));
        cluster.runFor(20 * SECOND);
        double before = records(PlannerDecided.class).getLast().kvUse();
        injected(cluster, new Fault.PlannerOverScale(PLANNER, 0.3));
        cluster.runFor(18 * SECOND);

        assertThat(decisions(DecisionKind.FORCED))
                .as("%s", records(PlannerDecided.class))
                .singleElement()
                .satisfies(d -> assertThat(d.to()).isEqualTo(7));
        assertThat(decisions(DecisionKind.ROLL_BACK))
                .as("%s", records(PlannerDecided.class))
                .hasSize(1);
        List<PlannerDecided> all = records(PlannerDecided.class);
        int forced = all.indexOf(decisions(DecisionKind.FORCED).getFirst());
        int back = all.indexOf(decisions(DecisionKind.ROLL_BACK).getFirst());
        assertThat(back - forced).isEqualTo(3);
        cluster.runFor(30 * SECOND);
        assertThat(workersUp(cluster)).isEqualTo(10);
        assertThat(records(PlannerDecided.class).getLast().kvUse()).isBetween(before - 0.15, 0.95);
        settle(cluster, load);
    }

    /// Prompts that no prefill worker has taken wait in the queue, and nowhere else.
    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    @DisplayName("REQ-11: a prefill queue that grows is a reason to roll back")
    @Shows(
            value = {"REQ-11"},
            in = SIMULATED)
    void whatWaitsInTheQueueCounts(boolean counts, int rollBacks) {
        PrefillConfig prefill = PrefillConfig.defaults().withRules(new PrefillRules(64, 1_000));
        Pool pool = Pool.of(NodeRole.PREFILL, "prefill", 1, 4);
        PlannerConfig planner = new PlannerConfig(
                SECOND,
                5 * SECOND,
                List.of(counts ? pool.withQueue(prefill.queue()) : pool),
                new PlannerConfig.RollBack(0.95, 20, 3, 10),
                3,
                60 * SECOND);
        ClusterConfig config = new ClusterConfig("m", 1, 4, 1_024, 1_024, 256, 1.0, 3, 10 * SECOND)
                .withPrefill(4, prefill)
                .withOrchestration(machines(4, 2).withPlanner(planner));
        SimulatedCluster cluster = started(config);
        LoadRun load = cluster.load().start(new LoadSpec(64, 0, 600, 800, 8, 0, 5 * SECOND));
        cluster.runFor(10 * SECOND);
        injected(cluster, new Fault.PlannerOverScale(PLANNER, 0.75));
        cluster.runFor(18 * SECOND);

        assertThat(decisions(DecisionKind.ROLL_BACK))
                .as("%s", records(PlannerDecided.class))
                .hasSize(rollBacks)
                .allSatisfy(d -> {
                    assertThat(d.kvUse()).isLessThan(0.95);
                    assertThat(d.queued()).isGreaterThan(20);
                    assertThat(d.to()).isEqualTo(4);
                });
        settle(cluster, load);
    }

    @Test
    @DisplayName("REQ-11: planner and orchestrator may die; targets and workers stay, and their successors go on")
    @Shows(
            value = {"REQ-11", "REQ-2"},
            in = SIMULATED)
    void successorsGoOn() {
        SimulatedCluster cluster = cluster(3, planned(3, 2, 3, 6));
        LoadRun load = cluster.load().start(new LoadSpec(24, 0, 32, 64, 192, 0, SECOND));
        cluster.runFor(10 * SECOND);
        cluster.control().kill(ORCHESTRATOR);
        cluster.control().kill(PLANNER);
        cluster.control().kill(WORKER);
        cluster.runFor(20 * SECOND);
        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.DOWN);
        cluster.control().start(ORCHESTRATOR);
        cluster.runFor(10 * SECOND);

        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.RUNNING);
        assertThat(cluster.control().state(PLANNER)).isEqualTo(ProcessState.RUNNING);
        assertThat(decisions(DecisionKind.ESTABLISHED)).hasSize(2);
        assertThat(decisions(DecisionKind.ESTABLISHED).getLast().to()).isEqualTo(3);
        assertThat(records(ScalingEvent.ProcessRetired.class))
                .as("what an orchestrator that does not know the targets yet takes away")
                .isEmpty();
        settle(cluster, load);
    }
}
