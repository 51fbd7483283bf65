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

/// Everything at once, over a range of seeds; ten thousand when slow tests are asked for. A campaign that never
/// gets to the rare paths proves nothing about them, so it fails too.
class MixedSurvivalTest {
    private static final SeedRange SEEDS = new SeedRange(1, 60);
    private static final SeedRange MANY_SEEDS = new SeedRange(1, 10_000);

    private static final List<String> RARE = List.of(
            "migration new_request",
            "migration ongoing_request",
            "completed migration of a new request",
            "completed migration of a stream",
            "second migration of a request",
            "migration because DISCONNECTED",
            "migration because CANNOT_CONNECT",
            "migration because RESPONSE_TIMEOUT",
            "migration because ENGINE_SHUTDOWN",
            "MigrationFailed",
            "MigrationCapExceeded",
            "SequencePreempted",
            "SequenceReleased",
            "InstanceInhibited",
            "InstanceReinstated",
            "lease expired",
            "lease revoked",
            "RequestCancelled",
            "RequestRejected",
            "RequestFailed",
            "RequestCompleted");

    private final Reached reached = new Reached();
    private final Scenario scenario = new MixedSurvival();
    private final Campaign campaign =
            new Campaign(scenario.name(), seed -> scenario.run(seed, RunOptions.observedBy(reached.fold())));

    @Test
    @DisplayName("MIG-1...5 CAN-1...3 HLT-4 REQ-3 REQ-8 REQ-10: invariants hold whatever happens together")
    @Shows(
            value = {
                "MIG-1", "MIG-2", "MIG-3", "MIG-4", "MIG-5", "CAN-1", "CAN-2", "CAN-3", "HLT-4", "REQ-3", "REQ-7b",
                "REQ-8", "REQ-10", "SIM-3"
            },
            in = SIMULATED)
    void everyInvariantHolds() throws InterruptedException {
        assertHolds(SEEDS);
    }

    /// Seeds that once found something, with what it was.
    @ParameterizedTest
    @CsvSource({
        "49, a fault on a worker that had been scaled away was reverted",
        "82, a worker that was scaled away while it waited for its restart stayed on the orchestrator's list",
        "99, a canary was taken for a forgotten sequence",
        "102, a retired worker handed over streams that were too long to be moved",
        "159, an orchestrator that did not know the targets yet retired a worker; one that was gone was started by hand",
        "1536, a router that had not heard of the workers yet was taken to be at rest",
        "6951, streams of a retired worker met the next one that was retired"
    })
    void seedThatOnceFailedHolds(long seed, String what) {
        SimulationResult result = scenario.run(seed, RunOptions.none());
        assertThat(result.isPassed())
                .as("%s%n%s", what, FailureBlock.of(result, Optional.empty()))
                .isTrue();
    }

    @Test
    @Tag("slow")
    @DisplayName("Ten thousand seeds")
    void everyInvariantHoldsInALongCampaign() throws InterruptedException {
        assertHolds(MANY_SEEDS);
    }

    /// One thread, because what was reached is counted without locks.
    private void assertHolds(SeedRange seeds) throws InterruptedException {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            CampaignResult result = campaign.over(seeds, executor, _ -> {});
            assertThat(result.failedSeeds())
                    .as(result.failures().stream()
                            .limit(3)
                            .map((SimulationResult failure) -> FailureBlock.of(failure, Optional.empty()))
                            .collect(Collectors.joining("\n\n")))
                    .isEmpty();
        }
        assertThat(reached.kinds())
                .containsAll(RARE)
                .containsAll(MixedSurvival.faultKinds().stream()
                        .map(Reached::faultOf)
                        .toList());
    }
}
