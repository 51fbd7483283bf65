package io.faultline.runtime.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import org.junit.jupiter.api.Test;

class BucketsTest {
    @Test
    void boundsAreThoseOfDynamosDashboards() {
        assertThat(new Buckets(1, 256, 10).upperBounds()).containsExactly(0, 1.9, 3.4, 6.3, 12, 22, 40, 75, 140, 260);
        assertThat(new Buckets(50, 32_000, 10).upperBounds())
                .containsExactly(0, 100, 210, 430, 880, 1800, 3700, 7600, 16000, 32000);
    }

    @Test
    void equalBoundsAreDropped() {
        assertThat(new Buckets(1, 1.2, 50).upperBounds()).containsExactly(0, 1, 1.1, 1.2);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new Buckets(0, 1, 10)).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> new Buckets(2, 1, 10)).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> new Buckets(1, 2, 1)).isInstanceOf(BrokenInvariant.class);
    }
}
