package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.Verdict;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.cluster.SimulationConfig;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The test cases about machines and scaling as playbooks in virtual time.
class ScalingPlaybooksTest {
    private static final long SECOND = 1_000_000_000L;

    private static PlaybookReport play(String name, ClusterConfig config) {
        SimulatedPlaybook.Played played = SimulatedPlaybook.of(
                        ShippedPlaybooks.playbook(name).orElseThrow(), SimulationConfig.of(config))
                .play(3, RunOptions.none());
        assertThat(played.result().violations()).isEmpty();
        return played.report().orElseThrow();
    }

    private static ClusterConfig cluster(int workers, OrchestrationConfig orchestration) {
        return new ClusterConfig("m", 1, workers, 1_024, 1_024, 256, 1.0, 3, 10 * SECOND)
                .withOrchestration(orchestration);
    }

    @Test
    @DisplayName("TC-1: a decode worker killed under high load is replaced within 60 s, and no request fails")
    @Shows(
            value = {"TC-1", "REQ-2"},
            in = SIMULATED)
    void workerIsReplaced() {
        PlaybookReport report =
                play("worker-replaced", cluster(4, OrchestrationConfig.on(OrchestrationConfig.machines(3, 2))));

        assertThat(report.verdict()).as(report.why().toString()).isEqualTo(Verdict.PASSED);
    }

    @Test
    @DisplayName("TC-3: an over-scaled planner rolls back within 3 intervals, and KV use is stable")
    @Shows(
            value = {"TC-3", "REQ-11"},
            in = SIMULATED)
    void overScalingIsRolledBack() {
        PlannerConfig planner = PlannerConfig.defaults(List.of(Pool.of(NodeRole.DECODE, "backend", 1, 10)))
                .withIntervalNanos(5 * SECOND);
        PlaybookReport report = play(
                "over-scale-rolled-back",
                cluster(
                        10,
                        OrchestrationConfig.on(OrchestrationConfig.machines(5, 2))
                                .withPlanner(planner)));

        assertThat(report.verdict()).as(report.why().toString()).isEqualTo(Verdict.PASSED);
    }
}
