package io.faultline.sim.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedLoopTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> ran = new ArrayList<>();
    private final SimulatedLoop loop = loop(NodeClock.TRUE);

    private SimulatedLoop loop(NodeClock clock) {
        return new SimulatedLoop(
                new NodeId("node"), time, clock, (node, cause) -> ran.add(node + " broke: " + cause.getMessage()));
    }

    @Test
    void postedTasksRunLaterInOrder() {
        loop.post(() -> {
            ran.add("a");
            loop.post(() -> ran.add("c"));
            ran.add("b");
        });
        assertThat(ran).isEmpty();
        time.runUntil(0);
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void timeStandsWhereItWasSentThough() {
        time.runUntil(70);
        loop.after(5, () -> ran.add("at " + loop.now()));
        time.runUntil(100);
        assertThat(ran).containsExactly("at 75");
        assertThat(loop.now()).isEqualTo(100);
        assertThatThrownBy(() -> time.runUntil(99)).isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void frozenLoopRunsWhatCameDueInOrderWhenThawed() {
        loop.after(30, () -> ran.add("late"));
        loop.after(10, () -> ran.add("early"));
        loop.after(90, () -> ran.add("after the thaw"));
        loop.freeze();
        time.runUntil(50);
        loop.post(() -> ran.add("posted while frozen"));
        assertThat(ran).isEmpty();
        time.runUntil(60);
        loop.thaw();
        loop.post(() -> ran.add("posted at the thaw"));
        time.runUntil(100);

        assertThat(ran).containsExactly("early", "late", "posted while frozen", "posted at the thaw", "after the thaw");
    }

    /// A task that was held back may still be cancelled by one that was held back before it.
    @Test
    void heldBackTimersCanBeCancelled() {
        var timer = loop.after(20, () -> ran.add("time-out"));
        loop.after(10, () -> {
            ran.add("answer");
            timer.cancel();
        });
        loop.freeze();
        time.runUntil(50);
        loop.thaw();
        time.runUntil(50);
        assertThat(ran).containsExactly("answer");
        assertThat(time.pending()).isZero();
    }

    @Test
    void killedWhileFrozenRunsNothing() {
        loop.after(1, () -> ran.add("never"));
        loop.freeze();
        time.runUntil(5);
        loop.kill();
        loop.thaw();
        time.runUntil(10);
        assertThat(ran).isEmpty();
    }

    @Test
    void brokenTurnIsReportedAndTheNextOneRuns() {
        loop.post(() -> {
            throw new IllegalStateException("a bug");
        });
        loop.post(() -> ran.add("next"));
        time.runUntil(0);
        assertThat(ran).containsExactly("node broke: a bug", "next");
    }

    @Test
    void fastClockFiresItsTimersEarlyAndSlowOneLate() {
        SimulatedLoop fast = loop(new NodeClock(1_000, 1_000));
        SimulatedLoop slow = loop(new NodeClock(0, -1_000));
        fast.after(1_001_000, () -> ran.add("fast at " + time.nowNanos() + ", by its clock " + fast.now()));
        slow.after(999_000, () -> ran.add("slow at " + time.nowNanos() + ", by its clock " + slow.now()));
        time.runUntil(2_000_000);
        assertThat(ran)
                .containsExactly("fast at 1000000, by its clock 1002000", "slow at 1000000, by its clock 999000");
    }

    /// A node that sets a timer for a moment of its own clock and then looks at it never finds itself early.
    @Test
    void noTimerIsEarlyByItsOwnClock() {
        RandomSource random = new RandomSource(11);
        for (int i = 0; i < 20_000; i++) {
            NodeClock clock = new NodeClock(random.nextLong(-5_000, 5_000), random.nextInt(2_001) - 1_000);
            long local = random.nextLong(0, 400_000_000_000_000_000L);
            long when = clock.trueNanos(local);
            assertThat(clock.localNanos(when)).isGreaterThanOrEqualTo(local);
            assertThat(clock.localNanos(when - 1)).isLessThan(local);
        }
    }

    @Test
    void longestDelayMeansNever() {
        loop.after(Long.MAX_VALUE, () -> ran.add("never"));
        time.runUntil(Long.MAX_VALUE / 8);
        assertThat(ran).isEmpty();
        assertThat(time.pending()).isEqualTo(1);
    }
}
