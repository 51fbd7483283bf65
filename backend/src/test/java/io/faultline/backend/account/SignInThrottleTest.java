package io.faultline.backend.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.backend.feed.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {
    private final HandClock clock = new HandClock();
    private final SignInThrottle throttle = new SignInThrottle(clock);

    @Test
    void letsAFewMistakesPassAndThenPausesForTwiceAsLongEachTime() {
        fail("ann", "10.0.0.1", SignInThrottle.FREE_TRIES - 1);
        assertThat(throttle.pause("ann", "10.0.0.1")).isZero();
        fail("ann", "10.0.0.1", 1);
        assertThat(throttle.pause("ann", "10.0.0.1")).isEqualTo(Duration.ofSeconds(1));
        fail("ann", "10.0.0.1", 3);
        assertThat(throttle.pause("ann", "10.0.0.1")).isEqualTo(Duration.ofSeconds(8));
        clock.advance(Duration.ofSeconds(8));
        assertThat(throttle.pause("ann", "10.0.0.1")).isZero();
    }

    @Test
    void neverPausesForLongerThanItsBound() {
        fail("ann", "10.0.0.1", 1_000);
        assertThat(throttle.pause("ann", "10.0.0.1")).isEqualTo(SignInThrottle.PAUSE_MAX);
    }

    @Test
    void doesNotLockOutTheOwnerWhenSomebodyElseGuesses() {
        fail("ann", "10.0.0.1", 50);
        assertThat(throttle.pause("ann", "10.0.0.2")).isZero();
        assertThat(throttle.pause("bob", "10.0.0.1")).isZero();
    }

    @Test
    void forgetsAfterASuccessAndAfterAQuietTime() {
        fail("ann", "10.0.0.1", 50);
        throttle.succeeded("ann", "10.0.0.1");
        assertThat(throttle.pause("ann", "10.0.0.1")).isZero();

        fail("ann", "10.0.0.1", 50);
        clock.advance(SignInThrottle.FORGET_AFTER.plusSeconds(1));
        fail("ann", "10.0.0.1", 1);
        assertThat(throttle.pause("ann", "10.0.0.1")).isZero();
    }

    @Test
    void keepsABoundedNumberOfPairsAndDropsTheOldest() {
        fail("first", "10.0.0.1", 50);
        for (int i = 0; i < SignInThrottle.PAIRS_MAX; i++) {
            throttle.failed("name-" + i, "10.0.0.1");
        }
        assertThat(throttle.pause("first", "10.0.0.1")).isZero();
    }

    private void fail(String name, String address, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(name, address);
        }
    }
}
