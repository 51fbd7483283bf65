package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SimulationResult;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryStormScenarioTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @DisplayName("REJ-2 REJ-4: clients that retry at once cost the others nothing, and the storm passes by itself")
    @Shows(
            value = {"REJ-2", "REJ-4"},
            in = SIMULATED)
    void retryStorm(long seed) {
        SimulationResult result = new RetryStorm().run(seed, RunOptions.none());
        assertThat(result.isPassed())
                .as(() -> FailureBlock.of(result, Optional.empty()))
                .isTrue();
    }
}
