package io.faultline.console.command;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.Verdict;
import io.faultline.playbook.run.RunRequest;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The test cases' playbooks on real threads.
class EmbeddedPlaybookTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ClusterConfig SMALL = new ClusterConfig("m", 1, 2, 1_024, 1_024, 64, 1.0, 3, 10 * SECOND);

    private static PlaybookReport play(ClusterConfig config, String name, Map<String, String> parameters) {
        return EmbeddedPlaybook.play(
                config,
                new ByteTokenizer(),
                ShippedPlaybooks.playbook(name).orElseThrow(),
                new RunRequest("run-1", "a test", 7, new LinkedHashMap<>(parameters), new LinkedHashMap<>()));
    }

    @Test
    @DisplayName("TC-1 REQ-2: the worker that a playbook kills under load is replaced")
    @Shows(
            value = {"TC-1", "REQ-2", "MIG-1"},
            in = EMBEDDED)
    void workerIsReplaced() {
        ClusterConfig config = new ClusterConfig("m", 1, 4, 1_024, 1_024, 64, 1.0, 3, 10 * SECOND)
                .withOrchestration(OrchestrationConfig.on(OrchestrationConfig.machines(3, 2)));

        PlaybookReport report = play(config, "worker-replaced", Map.of("streams", "24", "maxTokens", "100"));

        assertThat(report.verdict()).as(report.expectations().toString()).isEqualTo(Verdict.PASSED);
        assertThat(report.expectations())
                .filteredOn(expectation -> expectation.title().startsWith("TC-1"))
                .hasSize(4);
    }

    /// Intervals are shorter than in production, since what is shown is their number, but long beside the time in which
    /// workers leave: all of the first one has to be bad.
    @Test
    @DisplayName("TC-3 REQ-11: the planner that a playbook misleads rolls back within three intervals")
    @Shows(
            value = {"TC-3", "REQ-11"},
            in = EMBEDDED)
    void overScalingIsRolledBack() {
        PlannerConfig planner = new PlannerConfig(
                SECOND / 10,
                3 * SECOND,
                List.of(Pool.of(NodeRole.DECODE, "backend", 4, 4)),
                new PlannerConfig.RollBack(0.95, 20, 3, 10),
                3,
                60 * SECOND);
        ClusterConfig config = new ClusterConfig("m", 1, 4, 1_024, 256, 64, 1.0, 3, 10 * SECOND)
                .withOrchestration(OrchestrationConfig.on(OrchestrationConfig.machines(3, 2))
                        .withLaunchNanos(SECOND / 10)
                        .withPlanner(planner));

        PlaybookReport report = play(
                config,
                "over-scale-rolled-back",
                Map.of(
                        "streams", "64",
                        "promptTokensMin", "64",
                        "promptTokensMax", "96",
                        "maxTokens", "192",
                        "workers", "4",
                        "percent", "50",
                        "interval", "3s"));

        assertThat(report.verdict()).as(report.expectations().toString()).isEqualTo(Verdict.PASSED);
        assertThat(report.expectations())
                .filteredOn(expectation -> expectation.title().startsWith("TC-3"))
                .hasSize(4);
    }

    @Test
    void aClusterWithoutAPlannerDoesNotPass() {
        PlaybookReport report = play(SMALL, "over-scale-rolled-back", Map.of());

        assertThat(report.verdict()).isNotEqualTo(Verdict.PASSED);
        assertThat(report.why().toString()).contains("planner");
    }

    @Test
    void aWrongParameterIsRefusedInWords() {
        assertThatThrownBy(() -> play(SMALL, "worker-replaced", Map.of("streams", "many")))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("streams");
    }
}
