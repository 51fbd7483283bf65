package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SimulationResult;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The whole serving graph through eight faults a seed, none of which may cost a request.
class MixedFaultsTest {
    private final Reached reached = new Reached();
    private final MixedFaults scenario = new MixedFaults();

    @Test
    @DisplayName("MIG-1 KV-1 PRE-1 REQ-6 REQ-9 REQ-10: 500 requests through eight faults, and all complete")
    @Shows(
            value = {"MIG-1", "KV-1", "PRE-1", "REQ-6", "REQ-9", "REQ-10", "SIM-3"},
            in = SIMULATED)
    void everyRequestCompletes() {
        assertHolds(10);
        assertThat(reached.kinds())
                .contains(
                        "KvHandedOver",
                        "PrefillFellBack",
                        "RouterFallbackStarted",
                        "RouterFallbackEnded",
                        "completed migration of a stream");
    }

    @Test
    @Tag("slow")
    @DisplayName("Three hundred seeds, and every kind of fault")
    void everyRequestCompletesInALongCampaign() {
        assertHolds(300);
        assertThat(reached.kinds())
                .containsAll(
                        MixedFaults.faultKinds().stream().map(Reached::faultOf).toList());
    }

    private void assertHolds(long seeds) {
        TreeSet<String> digests = new TreeSet<>();
        LongStream.rangeClosed(1, seeds).forEach(seed -> {
            SimulationResult result = scenario.run(seed, RunOptions.observedBy(reached.fold()));
            assertThat(result.isPassed())
                    .as(FailureBlock.of(result, Optional.empty()))
                    .isTrue();
            assertThat(result.requests().completed()).isEqualTo(500);
            assertThat(result.simulatedNanos()).isBetween(120_000_000_000L, 180_000_000_000L);
            digests.add(result.digest());
        });
        assertThat(digests).as("each seed is a story of its own").hasSize((int) seeds);
    }
}
