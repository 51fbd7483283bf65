package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.text.ByteTokenizer;
import org.junit.jupiter.api.Test;

class ModelledEngineConfigTest {
    private static final ModelledEngineConfig DEFAULTS =
            ModelledEngineConfig.defaults(new TokenModel(new ByteTokenizer()));

    @Test
    void defaultsAreOneA100WithOpt13b() {
        assertThat(DEFAULTS.capacity()).isEqualTo(new EngineCapacity(8_192, 4_134, 16, 256, 2_048));
        assertThat(DEFAULTS.timing()).isEqualTo(TimingModel.OPT_13B_TP1);
        assertThat(DEFAULTS.speedupRatio()).isEqualTo(1.0);
        assertThat(DEFAULTS.watermark()).isEqualTo(0.01);
        assertThat(DEFAULTS.watermarkBlocks()).isEqualTo(42);
        assertThat(DEFAULTS.chunkedPrefill()).isTrue();
        assertThat(DEFAULTS.prefixCaching()).isTrue();
    }

    @Test
    void refusesCapacitiesThatHoldNothing() {
        refuses(new EngineCapacity(0, 10, 16, 4, 64), "contextTokens");
        refuses(new EngineCapacity(100, 0, 16, 4, 64), "kvBlocks");
        refuses(new EngineCapacity(100, 10, 0, 4, 64), "kvBlockTokens");
        refuses(new EngineCapacity(100, 10, 16, 0, 64), "sequencesMax");
    }

    @Test
    void refusesAnIterationTooSmallForADecodeOfTheWholeBatch() {
        refuses(new EngineCapacity(100, 10, 16, 65, 64), "batchedTokensMax");
    }

    @Test
    void refusesPromptsThatFitNoIterationWhenTheyMayNotBeCut() {
        EngineCapacity capacity = new EngineCapacity(100, 10, 16, 4, 99);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ModelledEngineConfig(capacity, DEFAULTS.timing(), 1, 0, false, true, DEFAULTS.tokenModel()))
                .withMessageContaining("chunked prefill");
    }

    @Test
    void refusesSpeedupsAndWatermarksOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withSpeedupRatio(0));
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withSpeedupRatio(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelledEngineConfig(
                        DEFAULTS.capacity(), DEFAULTS.timing(), 1, 1.0, true, true, DEFAULTS.tokenModel()));
    }

    private static void refuses(EngineCapacity capacity, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withCapacity(capacity))
                .withMessageContaining(named);
    }
}
