package io.faultline.runtime.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateWindowTest {
    private static final long SECOND = 1_000_000_000L;

    private final RateWindow window = new RateWindow(4 * SECOND);

    @Test
    void nothingHappenedYet() {
        assertThat(window.perSecond(0)).isZero();
        assertThat(window.perSecond(100 * SECOND)).isZero();
    }

    @Test
    void aSteadyRateIsToldAtEveryMoment() {
        for (long at = 0; at < 10 * SECOND; at += SECOND / 100) {
            window.add(at, 1);
            if (at > 5 * SECOND) {
                assertThat(window.perSecond(at)).isCloseTo(100, within(0.5));
            }
        }
    }

    @Test
    void whatJustHappenedCounts() {
        window.add(7, 8);
        assertThat(window.perSecond(7)).isCloseTo(2, within(1e-9));
    }

    /// However much it was: what was asked for in an overload must not be remembered longer the larger it was.
    @Test
    void whatIsOlderThanTheWindowIsForgotten() {
        window.add(10 * SECOND, 1_000_000_000L);
        assertThat(window.perSecond(13 * SECOND)).isPositive();
        assertThat(window.perSecond(14 * SECOND + 4 * SECOND / 10)).isZero();
        window.add(1_000 * SECOND, 4);
        assertThat(window.perSecond(1_000 * SECOND)).isCloseTo(1, within(1e-9));
    }

    @Test
    void whatComesLateCountsForTheNewest() {
        window.add(10 * SECOND, 1);
        window.add(9 * SECOND, 3);
        assertThat(window.perSecond(10 * SECOND)).isCloseTo(1, within(1e-9));
    }

    /// Compared with a list of everything: never further apart than what one bucket holds.
    @Test
    void isAsGoodAsAList() {
        SplittableRandom random = new SplittableRandom(7);
        Deque<Long> all = new ArrayDeque<>();
        long at = 0;
        for (int i = 0; i < 20_000; i++) {
            at += random.nextLong(random.nextInt(100) == 0 ? 3 * SECOND : SECOND / 50);
            window.add(at, 1);
            all.add(at);
            while (all.getFirst() <= at - 4 * SECOND - 4 * SECOND / 10) {
                all.removeFirst();
            }
            long now = at;
            long inside = all.stream()
                    .filter(t -> t > now - 4 * SECOND + 4 * SECOND / 10)
                    .count();
            assertThat(window.perSecond(now) * 4).isBetween(inside - 1e-6, (double) all.size() + 1e-6);
        }
    }
}
