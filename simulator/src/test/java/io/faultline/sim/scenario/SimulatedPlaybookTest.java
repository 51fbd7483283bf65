package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.Verdict;
import io.faultline.playbook.run.RunConfig;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.PlaybookEvent;
import io.faultline.runtime.prefill.PrefillConfig;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SimulationResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedPlaybookTest {
    private static final SimulationConfig CONFIG = SimulationConfig.of(ClusterConfig.demo());

    private final Playbook crash =
            ShippedPlaybooks.playbook("decode-worker-crash").orElseThrow();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7})
    @DisplayName("CON-3 MIG-1 TC-1: the shipped playbook passes in virtual time")
    @Shows(
            value = {"CON-3", "MIG-1"},
            in = SIMULATED)
    void decodeWorkerCrashPasses(long seed) {
        List<EventRecord> finished = new ArrayList<>();
        RunOptions options = RunOptions.observedBy(event -> {
            if (event.record() instanceof PlaybookEvent.PlaybookFinished) {
                finished.add(event.record());
            }
        });

        SimulatedPlaybook.Played played = SimulatedPlaybook.of(crash, CONFIG).play(seed, options);

        SimulationResult result = played.result();
        assertThat(result.violations()).isEmpty();
        assertThat(result.outcome())
                .as(FailureBlock.of(result, Optional.empty()))
                .isEqualTo("passed");
        PlaybookReport report = played.report().orElseThrow();
        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.run().world()).isEqualTo("simulated");
        assertThat(finished).hasSize(1);
        assertThat(result.requests().migrated()).isPositive();
        assertThat(result.requests().failed()).isZero();
        assertThat(result.requests().open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7})
    @DisplayName("TC-2 PRE-1 REQ-9: blocks are buffered while prefill and decode workers cannot reach each other")
    @Shows(
            value = {"TC-2", "PRE-1", "REQ-9"},
            in = SIMULATED)
    void prefillPartitionPasses(long seed) {
        Playbook partition = ShippedPlaybooks.playbook("prefill-partition").orElseThrow();
        SimulationConfig config = SimulationConfig.of(ClusterConfig.demo().withPrefill(2, PrefillConfig.defaults()));

        SimulatedPlaybook.Played played =
                SimulatedPlaybook.of(partition, config).play(seed, RunOptions.none());

        SimulationResult result = played.result();
        assertThat(result.violations()).isEmpty();
        assertThat(result.outcome())
                .as(FailureBlock.of(result, Optional.empty()))
                .isEqualTo("passed");
        assertThat(result.requests().failed()).isZero();
        assertThat(played.report().orElseThrow().expectations())
                .filteredOn(expectation -> expectation.title().startsWith("TC-2 Verify"))
                .hasSize(4);
    }

    @Test
    void sameSeedGivesTheSameReport() {
        SimulatedPlaybook playbook = SimulatedPlaybook.of(crash, CONFIG);
        SimulatedPlaybook.Played one = playbook.play(3, RunOptions.none());
        SimulatedPlaybook.Played other = playbook.play(3, RunOptions.none());
        assertThat(other).isEqualTo(one);
        assertThat(playbook.run(4, RunOptions.none()).digest())
                .isNotEqualTo(one.result().digest());
    }

    /// Without migration every stream of the killed worker is lost, which is what the playbook is there to find.
    @Test
    void clusterWithoutMigrationDoesNotPass() {
        ClusterConfig demo = ClusterConfig.demo();
        SimulationConfig off = SimulationConfig.of(new ClusterConfig(
                demo.model(),
                demo.frontends(),
                demo.decodeWorkers(),
                demo.contextTokens(),
                demo.kvBlocks(),
                demo.sequencesMax(),
                demo.speedupRatio(),
                0,
                demo.leaseTtlNanos()));

        SimulationResult result = SimulatedPlaybook.of(crash, off).run(7, RunOptions.none());

        assertThat(result.outcome()).isEqualTo("aborted");
        assertThat(result.why()).isNotEmpty();
        assertThat(result.isPassed()).isFalse();
        assertThat(result.violations()).isEmpty();
    }

    @Test
    void wrongParameterIsRefusedInWords() {
        SimulatedPlaybook wrong = new SimulatedPlaybook(
                crash, new LinkedHashMap<>(Map.of("streams", "many")), CONFIG, RunConfig.defaults());

        SimulationResult result = wrong.run(1, RunOptions.none());

        assertThat(result.outcome()).isEqualTo(SimulatedPlaybook.REFUSED);
        assertThat(result.why()).contains("streams");
    }
}
