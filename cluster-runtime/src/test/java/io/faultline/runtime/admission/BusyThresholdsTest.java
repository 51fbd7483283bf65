package io.faultline.runtime.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("REJ-1: what is over a busy threshold")
@Shows("REJ-1")
class BusyThresholdsTest {
    private static InstanceLoad load(int decodeBlocks, long prefillTokens) {
        return new InstanceLoad(decodeBlocks, 1000, prefillTokens, 2048);
    }

    @Test
    void nothingIsBusyWithoutThresholds() {
        assertThat(BusyThresholds.NONE.exceededBy(load(1000, 1_000_000))).isFalse();
    }

    @Test
    void eitherThresholdIsEnough() {
        BusyThresholds both = new BusyThresholds(0.8, 500L, null);

        assertThat(both.exceededBy(load(800, 500))).isFalse();
        assertThat(both.exceededBy(load(801, 0))).isTrue();
        assertThat(both.exceededBy(load(0, 501))).isTrue();
    }

    @Test
    void aShareOfPrefillTokensMayBeMoreThanAnIteration() {
        BusyThresholds twice = new BusyThresholds(null, null, 2.0);

        assertThat(twice.exceededBy(load(0, 4096))).isFalse();
        assertThat(twice.exceededBy(load(0, 4097))).isTrue();
    }

    @Test
    void whatAnInstanceDoesNotSayIsNotHeldAgainstIt() {
        BusyThresholds all = new BusyThresholds(0.0, null, 0.001);

        assertThat(all.exceededBy(new InstanceLoad(10, 0, 9_999, 0))).isFalse();
    }

    @Test
    void aChangeKeepsWhatItDoesNotName() {
        BusyThresholds changed = new BusyThresholds(0.8, 500L, null).with(new BusyThresholds(null, 700L, null));

        assertThat(changed).isEqualTo(new BusyThresholds(0.8, 700L, null));
    }

    @Test
    void impossibleThresholdsAreRefused() {
        assertThatThrownBy(() -> new BusyThresholds(1.01, null, null)).hasMessageContaining("between 0.0 and 1.0");
        assertThatThrownBy(() -> new BusyThresholds(Double.NaN, null, null)).hasMessageContaining("between");
        assertThatThrownBy(() -> new BusyThresholds(null, -1L, null)).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> new BusyThresholds(null, null, Double.POSITIVE_INFINITY))
                .hasMessageContaining("at least 0");
    }
}
