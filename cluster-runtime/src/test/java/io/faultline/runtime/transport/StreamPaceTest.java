package io.faultline.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.Test;

/// The pace of a peer, from the moments at which its frames came. Milliseconds.
@Shows("HLT-4")
class StreamPaceTest {
    private static final long MS = 1_000_000L;

    private final StreamPace pace = new StreamPace();

    private void frame(long atMillis) {
        pace.tokens(atMillis * MS, true);
    }

    private Pace at(long millis) {
        return pace.now(millis * MS);
    }

    @Test
    void isTheMedianOfTheGaps() {
        pace.tokens(0, false);
        for (long at : new long[] {20, 40, 340, 360, 380}) {
            frame(at);
        }
        assertThat(at(380)).isEqualTo(new Pace(5, 20 * MS));
    }

    @Test
    void leavesOutTheTimeBeforeFirstTokens() {
        pace.tokens(0, false);
        pace.tokens(500 * MS, false);
        assertThat(at(500).gaps()).isZero();
    }

    @Test
    void leavesOutTheTimeWithoutStreams() {
        frame(0);
        frame(20);
        pace.rest();
        frame(9_000);
        frame(9_020);
        assertThat(at(9_020)).isEqualTo(new Pace(2, 20 * MS));
    }

    @Test
    void countsTheGapThatIsOpenWhenItIsLong() {
        frame(0);
        frame(20);
        assertThat(at(30)).isEqualTo(new Pace(1, 20 * MS));
        assertThat(at(1_020)).isEqualTo(new Pace(2, 1_000 * MS));
    }

    @Test
    void excusesTheObserversOwnPause() {
        frame(0);
        frame(20);
        pace.excuse(1_000 * MS);
        assertThat(at(1_030)).isEqualTo(new Pace(1, 20 * MS));
    }

    @Test
    void forgetsWhatIsLongAgo() {
        frame(0);
        frame(20);
        pace.rest();
        assertThat(at(60_000).gaps()).isZero();
    }
}
