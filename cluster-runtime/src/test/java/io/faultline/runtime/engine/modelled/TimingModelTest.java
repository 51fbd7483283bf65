package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// Numbers in the tests are worked out by hand from the published coefficients.
class TimingModelTest {
    private static final TimingModel MODEL = TimingModel.OPT_13B_TP1;

    @Test
    void chargesAPromptByItsLengthAndItsSquare() {
        // 18.103 + 0.10191 * 1000 + 7.12e-6 * 1000^2
        assertThat(MODEL.millis(1_000, 1_000_000, 0, 0)).isCloseTo(127.133, within(1e-9));
    }

    @Test
    void chargesADecodeByContextAndBatch() {
        // 19.935 + 6.27e-4 * 5000 + 0.0385 * 10
        assertThat(MODEL.millis(0, 0, 10, 5_000)).isCloseTo(23.455, within(1e-9));
    }

    @Test
    void usesTheSecondLineFromALargeBatchOn() {
        // 19.935 + 6.27e-4 * 9400 + 0.0385 * 94, then 7.166 + 5.80e-4 * 9500 + 0.1583 * 95
        assertThat(MODEL.millis(0, 0, 94, 9_400)).isCloseTo(29.4478, within(1e-9));
        assertThat(MODEL.millis(0, 0, 95, 9_500)).isCloseTo(27.7145, within(1e-9));
    }

    @Test
    void chargesTheLargerConstantOnceWhenAnIterationDoesBoth() {
        double prefillPart = 127.133 - 18.103;
        double decodePart = 23.455 - 19.935;

        assertThat(MODEL.millis(1_000, 1_000_000, 10, 5_000))
                .isCloseTo(19.935 + prefillPart + decodePart, within(1e-9));
    }

    @Test
    void chargesTheChunksOfAPromptWhatThePromptCosts() {
        double whole = MODEL.millis(3_000, 9_000_000, 0, 0);
        double chunks = MODEL.millis(1_000, 1_000_000, 0, 0)
                + MODEL.millis(1_500, 2_500L * 2_500 - 1_000_000, 0, 0)
                + MODEL.millis(500, 9_000_000 - 2_500L * 2_500, 0, 0);

        assertThat(chunks).isCloseTo(whole + 2 * 18.103, within(1e-9));
    }

    @Test
    void slowsPrefillAndDecodeApart() {
        TimingModel capped = MODEL.withFactors(1.3, 1.0);

        assertThat(capped.millis(1_000, 1_000_000, 0, 0)).isCloseTo(1.3 * 127.133, within(1e-9));
        assertThat(capped.millis(0, 0, 10, 5_000)).isCloseTo(23.455, within(1e-9));
        assertThat(capped.millis(1_000, 1_000_000, 10, 5_000)).isCloseTo(1.3 * 127.133 + 23.455 - 19.935, within(1e-9));
    }

    @Test
    void refusesFactorsThatAreNotPositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> MODEL.withFactors(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> MODEL.withFactors(1, Double.NaN));
    }
}
