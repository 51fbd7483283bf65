package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Orchestrator and planner on real threads.
class ScalingEmbeddedTest {
    private static final long SECOND = 1_000_000_000L;
    private static final NodeId WORKER = new NodeId("decode-1");
    private static final int WORKERS = 4;

    private final EmbeddedCluster cluster = EmbeddedCluster.start(config(), new ByteTokenizer(), 5);

    /// Intervals are short: what is shown is their number.
    private static ClusterConfig config() {
        PlannerConfig planner = new PlannerConfig(
                SECOND / 10,
                SECOND,
                List.of(Pool.of(NodeRole.DECODE, "backend", WORKERS, WORKERS)),
                new PlannerConfig.RollBack(0.95, 20, 3, 10),
                3,
                60 * SECOND);
        return new ClusterConfig("m", 1, WORKERS, 1_024, 128, 64, 1.0, 3, 2 * SECOND)
                .withOrchestration(OrchestrationConfig.on(OrchestrationConfig.machines(3, 2))
                        .withLaunchNanos(SECOND / 10)
                        .withPlanner(planner));
    }

    private final ClusterWatch watch = new ClusterWatch(cluster);

    @AfterEach
    void close() {
        cluster.close();
    }

    private ScalingSnapshot scaling() {
        return cluster.history().scaling();
    }

    private void settle(LoadRun load) {
        watch.call(() -> {
            load.drain();
            return true;
        });
        watch.await(load::isFinished);
        ServiceSnapshot service =
                watch.call(() -> cluster.history().service(cluster.loop().now()));
        assertThat(service.failed()).isZero();
        assertThat(service.answersDiffering()).isZero();
        assertThat(service.answersChecked()).isPositive();
    }

    @Test
    @DisplayName("TC-1 REQ-2: a worker that is killed under load is replaced, and no request fails")
    @Shows(
            value = {"TC-1", "REQ-2"},
            in = EMBEDDED)
    void killedWorkerIsReplaced() {
        watch.await(() -> watch.ready(NodeRole.DECODE) == WORKERS);
        LoadRun load = watch.call(() -> cluster.load().start(new LoadSpec(24, 0, 16, 64, 100, 0, SECOND)));
        watch.await(() -> cluster.history().service(cluster.loop().now()).inFlight() == 24);
        watch.call(() -> {
            cluster.kill(WORKER);
            return true;
        });
        watch.await(() -> cluster.state(WORKER) == ProcessState.RUNNING && watch.ready(NodeRole.DECODE) == WORKERS);
        assertThat(watch.call(this::scaling).restarts()).singleElement().satisfies(r -> {
            assertThat(r.process()).isEqualTo(WORKER.value());
            assertThat(r.delayNanos()).isEqualTo(SECOND);
        });
        settle(load);
    }

    @Test
    @DisplayName("TC-3 REQ-11: a planner that is made to over-scale rolls back in its third interval")
    @Shows(
            value = {"TC-3", "REQ-11"},
            in = EMBEDDED)
    void overScalingIsRolledBack() {
        watch.await(() ->
                watch.ready(NodeRole.DECODE) == WORKERS && !scaling().verdicts().isEmpty());
        LoadRun load = watch.call(() -> cluster.load().start(new LoadSpec(64, 0, 64, 96, 192, 0, SECOND)));
        watch.await(() -> cluster.history().service(cluster.loop().now()).inFlight() == 64);
        Result result = watch.call(() ->
                cluster.faults().inject(new Fault.PlannerOverScale(new NodeId("planner-0"), 0.5), null, "a test"));
        assertThat(result).isInstanceOf(Result.Done.class);
        watch.await(() -> scaling().rollBacks() == 1);
        List<ScalingSnapshot.Verdict> verdicts = watch.call(this::scaling).verdicts();
        List<DecisionKind> kinds =
                verdicts.stream().map(ScalingSnapshot.Verdict::kind).toList();
        assertThat(kinds.lastIndexOf(DecisionKind.ROLL_BACK) - kinds.lastIndexOf(DecisionKind.FORCED))
                .isEqualTo(3);
        watch.await(() -> watch.ready(NodeRole.DECODE) == WORKERS);
        settle(load);
    }

    @Test
    @DisplayName("REQ-2: a machine that an operator cordons gets nothing new until it is released")
    @Shows(
            value = {"REQ-2"},
            in = EMBEDDED)
    void cordonedMachineIsLeftAlone() {
        watch.await(() -> watch.ready(NodeRole.DECODE) == WORKERS);
        assertThat(cluster.cordon("machine-0", true, "ops").join()).isTrue();
        assertThat(cluster.cordon("machine-9", true, "ops").join()).isFalse();
        watch.await(() -> scaling().machines().getFirst().isCordoned());
        String victim =
                watch.call(this::scaling).machines().getFirst().processes().getFirst();
        watch.call(() -> {
            cluster.kill(new NodeId(victim));
            return true;
        });
        watch.await(() -> watch.ready(NodeRole.DECODE) == WORKERS
                && scaling().machines().stream()
                        .skip(1)
                        .anyMatch(m -> m.processes().contains(victim)));
        assertThat(cluster.cordon("machine-0", false, "ops").join()).isTrue();
        watch.await(() -> !scaling().machines().getFirst().isCordoned());
    }
}
