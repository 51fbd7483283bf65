package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.RequestEvent.RequestRejected;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SimulationResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A range of seeds, which between them have to reach every reason for which load is shed.
class SteadyOverloadScenarioTest {
    private static final int SEEDS = 12;

    @Test
    @DisplayName("REJ-1 REJ-2 REJ-4: steady overload is shed, steadily, for a cause, and ends without a trace")
    @Shows(
            value = {"REJ-1", "REJ-2", "REJ-4"},
            in = SIMULATED)
    void steadyOverload() {
        Map<RejectReason, Integer> reasons = new EnumMap<>(RejectReason.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimulationResult result = new SteadyOverload().run(seed, RunOptions.observedBy(event -> {
                if (event.record() instanceof RequestRejected rejected) {
                    reasons.merge(rejected.reason(), 1, Integer::sum);
                }
            }));
            assertThat(result.isPassed())
                    .as(() -> FailureBlock.of(result, Optional.empty()))
                    .isTrue();
        }
        assertThat(reasons)
                .containsKeys(
                        RejectReason.ALL_BUSY, RejectReason.ADAPTIVE_LIMIT, RejectReason.RESERVED, RejectReason.PACED);
    }
}
