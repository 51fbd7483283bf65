package io.faultline.sim.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private final VirtualTime time = new VirtualTime();
    private final SimulatedLoop loop = loop("node");

    private SimulatedLoop loop(String name) {
        return new SimulatedLoop(new NodeId(name), time, NodeClock.TRUE, (_, cause) -> {
            throw cause;
        });
    }

    /// Random additions, removals and cancellations, compared with a sorted list.
    @Test
    void comesOutInTheOrderOfTimeThenSequence() {
        for (long seed = 0; seed < 200; seed++) {
            RandomSource random = new RandomSource(seed);
            EventQueue queue = new EventQueue();
            List<Numbered> model = new ArrayList<>();
            long sequence = 0;
            for (int step = 0; step < 2_000; step++) {
                int choice = random.nextInt(10);
                if (choice < 5) {
                    // Few distinct times, so that ties are the rule.
                    Numbered turn = new Numbered(loop, random.nextInt(20), sequence++);
                    queue.add(turn.time, turn);
                    model.add(turn);
                } else if (choice < 7 && !model.isEmpty()) {
                    model.remove(random.nextInt(model.size())).cancel();
                } else {
                    model.sort(Comparator.comparingLong((Numbered t) -> t.time).thenComparingLong(t -> t.sequence));
                    Numbered expected = model.isEmpty() ? null : model.removeFirst();
                    assertThat(queue.nextTimeNanos()).isEqualTo(expected == null ? Long.MAX_VALUE : expected.time);
                    assertThat(queue.poll()).as("seed %s, step %s", seed, step).isSameAs(expected);
                }
                assertThat(queue.live()).isEqualTo(model.size());
            }
        }
    }

    @Test
    void cancelledTurnsDoNotPileUp() {
        EventQueue queue = new EventQueue();
        for (int i = 0; i < 100_000; i++) {
            Numbered turn = new Numbered(loop, 1_000_000 + i, i);
            queue.add(turn.time, turn);
            turn.cancel();
        }

        assertThat(queue.live()).isZero();
        assertThat(queue.slots()).isLessThan(100);
    }

    @Test
    void cancellingTwiceOrAfterTheTurnRanChangesNothing() {
        List<String> ran = new ArrayList<>();
        var timer = loop.after(5, () -> ran.add("a"));
        time.runUntil(5);
        timer.cancel();
        var other = loop.after(5, () -> ran.add("b"));
        other.cancel();
        other.cancel();
        loop.after(6, () -> ran.add("c"));
        time.runUntil(100);

        assertThat(ran).containsExactly("a", "c");
        assertThat(time.pending()).isZero();
    }

    @Test
    void killingALoopTakesItsTurnsOut() {
        SimulatedLoop other = loop("other");
        List<String> ran = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            loop.after(i, () -> ran.add("dead " + number));
            other.after(i, () -> ran.add("alive " + number));
        }
        loop.kill();
        loop.post(() -> ran.add("dead"));
        loop.after(3, () -> ran.add("dead"));

        assertThat(time.pending()).isEqualTo(1_000);
        time.runUntil(1_000);
        assertThat(ran).hasSize(1_000).allMatch(s -> s.startsWith("alive"));
        assertThat(ran.getLast()).isEqualTo("alive 999");
    }

    private static final class Numbered extends Turn {
        final long time;
        final long sequence;

        Numbered(SimulatedLoop loop, long time, long sequence) {
            super(loop);
            this.time = time;
            this.sequence = sequence;
        }

        @Override
        protected void run() {
            throw new AssertionError("nobody runs it");
        }
    }
}
