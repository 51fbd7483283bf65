package io.faultline.runtime.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.migration.StallConfig;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StallWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final StallConfig LIMITS = new StallConfig(60 * SECOND, 10 * SECOND);

    private final ManualLoop loop = new ManualLoop();
    private final List<Long> stalls = new ArrayList<>();

    @Test
    void theFirstTokenHasALimitOfItsOwn() {
        new StallWatch(loop, LIMITS, stalls::add);
        loop.runFor(60 * SECOND - 1);
        assertThat(stalls).isEmpty();
        loop.runFor(1);
        assertThat(stalls).containsExactly(60 * SECOND);
    }

    @Test
    void everyTokenStartsTheLimitAnew() {
        StallWatch watch = new StallWatch(loop, LIMITS, stalls::add);
        for (int i = 0; i < 100; i++) {
            loop.runFor(9 * SECOND);
            watch.token();
        }
        assertThat(stalls).isEmpty();
        assertThat(loop.pending()).as("one timer, however many tokens").isEqualTo(1);
        loop.runFor(10 * SECOND);
        assertThat(stalls).containsExactly(10 * SECOND);
    }

    @Test
    void zeroIsNoLimit() {
        StallWatch watch = new StallWatch(loop, new StallConfig(0, 0), stalls::add);
        loop.runFor(1_000 * SECOND);
        watch.token();
        loop.runFor(1_000 * SECOND);
        assertThat(stalls).isEmpty();
    }

    @Test
    void anEndedWatchIsSilent() {
        StallWatch watch = new StallWatch(loop, LIMITS, stalls::add);
        watch.end();
        loop.runFor(1_000 * SECOND);
        assertThat(stalls).isEmpty();
    }

    /// The process stood still: what the worker sent meanwhile waits behind the timer.
    @Test
    void ownLatenessIsNoStall() {
        Pausing pausing = new Pausing();
        StallWatch watch = new StallWatch(pausing, LIMITS, stalls::add);
        pausing.pauseNanos = 45 * SECOND;
        loop.runFor(60 * SECOND);
        assertThat(stalls).isEmpty();
        watch.token();
        loop.runFor(10 * SECOND);
        assertThat(stalls).containsExactly(10 * SECOND);
    }

    /// A loop whose clock runs ahead of its timers by a pause.
    private final class Pausing implements NodeLoop {
        private long pauseNanos;

        @Override
        public long now() {
            return loop.now() + pauseNanos;
        }

        @Override
        public void post(Runnable task) {
            loop.post(task);
        }

        @Override
        public Timer after(long delayNanos, Runnable task) {
            return loop.after(delayNanos, task);
        }
    }
}
