package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import io.faultline.sim.run.Campaign;
import io.faultline.sim.run.CampaignResult;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SeedRange;
import io.faultline.sim.run.SimulationResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every scenario over a range of seeds; more of them when slow tests are asked for.
class UnderFireScenarioTest {
    private static final SeedRange SEEDS = new SeedRange(1, 40);
    private static final SeedRange MANY_SEEDS = new SeedRange(1, 10_000);
    /// A campaign that never gets to the rare paths proves nothing about them.
    private static final List<String> RARE_IN_ALL = List.of(
            "migration new_request",
            "migration ongoing_request",
            "completed migration of a stream",
            "second migration of a request",
            "MigrationFailed",
            "SequencePreempted",
            "SequenceReleased",
            "InstanceInhibited",
            "InstanceReinstated",
            "lease expired",
            "RequestRejected",
            "RequestFailed",
            "RequestCompleted");

    @Test
    @DisplayName("SIM-3 MIG-1 MIG-2 MIG-5: invariants hold while decode workers are killed")
    @Shows(
            value = {"SIM-3", "MIG-1", "MIG-2"},
            in = SIMULATED)
    void decodeWorkersUnderFire() throws InterruptedException {
        Reached reached = assertHolds(new DecodeWorkersUnderFire());
        assertThat(reached.kinds()).containsAll(RARE_IN_ALL).contains("fault worker-kill", "fault worker-freeze");
    }

    @Test
    @DisplayName("SIM-3 MIG-1 REQ-1a HLT-4: invariants hold while any node is killed, frozen or cut off")
    @Shows(
            value = {"SIM-3", "MIG-1"},
            in = SIMULATED)
    void clusterUnderFire() throws InterruptedException {
        Reached reached = assertHolds(new ClusterUnderFire());
        assertThat(reached.kinds())
                .containsAll(RARE_IN_ALL)
                .contains("migration because CANNOT_CONNECT", "migration because RESPONSE_TIMEOUT");
    }

    @Test
    @DisplayName("SIM-3 HLT-2 HLT-3 HLT-4 SHD-1 SHD-2: invariants hold while engines fall sick and workers are stopped")
    @Shows(
            value = {"SIM-3", "HLT-2", "HLT-3", "HLT-4", "SHD-1", "SHD-2"},
            in = SIMULATED)
    void sickWorkers() throws InterruptedException {
        Reached reached = assertHolds(new SickWorkers());
        assertThat(reached.kinds())
                .contains(
                        "fault engine-crash",
                        "fault engine-freeze",
                        "fault worker-slow",
                        "fault worker-freeze",
                        "HealthChanged",
                        "CanaryEnded",
                        "NodeDraining",
                        "migration because ENGINE_UNHEALTHY",
                        "migration because ENGINE_SHUTDOWN",
                        "migration because WORKER_SLOW",
                        "MigrationFailed",
                        "RequestCompleted");
    }

    @Test
    @DisplayName("PRE-1 REQ-9 CAN-2 CAN-3: invariants hold while prefill workers and their queue fail")
    @Shows(
            value = {"PRE-1", "REQ-9", "REQ-10", "CAN-2", "CAN-3"},
            in = SIMULATED)
    void prefillUnderFire() throws InterruptedException {
        Reached reached = assertHolds(new PrefillUnderFire());
        assertThat(reached.kinds())
                .contains(
                        "KvHandedOver",
                        "KvDeclined",
                        "KvSpooled",
                        "KvUnspooled",
                        "PrefillFellBack",
                        "PrefillWithdrawn",
                        "PrefillDropped",
                        "redelivered prefill",
                        "RequestCompleted");
    }

    /// Seeds that once found something, with what it was.
    @ParameterizedTest
    @CsvSource({
        "random-outages, 2462, a worker that was thawed behind a partition counted as reached",
        "random-outages, 3918, the same for a request that had moved on"
    })
    void seedThatOnceFailedHolds(String name, long seed, String what) {
        SimulationResult result = Scenarios.named(name).orElseThrow().run(seed, RunOptions.none());
        assertThat(result.isPassed())
                .as("%s%n%s", what, FailureBlock.of(result, Optional.empty()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"random-decode-kills", "random-outages", "sick-workers", "prefill-under-fire"})
    @Tag("slow")
    @DisplayName("SIM-3: ten thousand seeds")
    void everyInvariantHoldsInALongCampaign(String name) throws InterruptedException {
        Scenario scenario = Scenarios.named(name).orElseThrow();
        Campaign campaign = new Campaign(name, seed -> scenario.run(seed, RunOptions.none()));
        try (ExecutorService executor =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            assertPassed(campaign.over(MANY_SEEDS, executor, _ -> {}));
        }
    }

    private static Reached assertHolds(Scenario scenario) throws InterruptedException {
        Reached reached = new Reached();
        Campaign campaign =
                new Campaign(scenario.name(), seed -> scenario.run(seed, RunOptions.observedBy(reached.fold())));
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            assertPassed(campaign.over(SEEDS, executor, _ -> {}));
        }
        return reached;
    }

    private static void assertPassed(CampaignResult result) {
        assertThat(result.failedSeeds())
                .as(result.failures().stream()
                        .limit(3)
                        .map((SimulationResult failure) -> FailureBlock.of(failure, Optional.empty()))
                        .collect(Collectors.joining("\n\n")))
                .isEmpty();
    }
}
