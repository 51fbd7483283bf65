package io.faultline.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.Test;

/// The verdict alone, with thresholds of three failures and two successes.
@Shows("HLT-2")
class HealthVerdictTest {
    private final HealthVerdict verdict = new HealthVerdict(3, 2);

    @Test
    void takesThreeFailuresInARow() {
        assertThat(verdict.failed()).isFalse();
        assertThat(verdict.failed()).isFalse();
        assertThat(verdict.isHealthy()).isTrue();
        assertThat(verdict.failed()).isTrue();
        assertThat(verdict.isHealthy()).isFalse();
    }

    @Test
    void forgetsFailuresAfterOneSuccess() {
        verdict.failed();
        verdict.failed();
        assertThat(verdict.isInDoubt()).isTrue();
        verdict.passed();
        assertThat(verdict.isInDoubt()).isFalse();
        verdict.failed();
        verdict.failed();
        assertThat(verdict.isHealthy()).isTrue();
    }

    @Test
    void takesTwoSuccessesInARowToComeBack() {
        verdict.failed();
        verdict.failed();
        verdict.failed();
        verdict.passed();
        verdict.failed();
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.isHealthy()).isFalse();
        assertThat(verdict.isInDoubt()).isTrue();
        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.isHealthy()).isTrue();
        assertThat(verdict.isInDoubt()).isFalse();
    }
}
