package io.faultline.sim.time;

import io.faultline.runtime.seam.Invariants;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What will happen, ordered by (time, sequence). A binary heap whose keys lie in primitive arrays, so that
/// sifting compares without following references.
///
/// Cancelling costs O(1): the turn stays where it is and is skipped when its time comes. When more than half of
/// the heap is cancelled it is rebuilt without them, so cancelled timers never hold more memory than live ones.
/// Confined to the simulation's thread.
public final class EventQueue {
    private static final int CAPACITY_START = 1024;
    /// Below this size a rebuild is not worth its cost.
    private static final int REBUILD_MIN = 64;

    private long[] times = new long[CAPACITY_START];
    private long[] sequences = new long[CAPACITY_START];
    private @Nullable Turn[] turns = new Turn[CAPACITY_START];
    private int size;
    private int cancelled;
    private long nextSequence;

    /// Adds a turn behind all that are due at the same time.
    void add(long timeNanos, Turn turn) {
        if (size == turns.length) {
            times = Arrays.copyOf(times, 2 * size);
            sequences = Arrays.copyOf(sequences, 2 * size);
            turns = Arrays.copyOf(turns, 2 * size);
        }
        turn.enter(this);
        siftUp(size++, timeNanos, nextSequence++, turn);
    }

    /// Turns that will run.
    int live() {
        return size - cancelled;
    }

    /// When the next turn is due, or `Long.MAX_VALUE` when there is none.
    long nextTimeNanos() {
        dropCancelledHead();
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /// Takes the next turn out; null when there is none.
    @Nullable Turn poll() {
        dropCancelledHead();
        return size == 0 ? null : removeHead();
    }

    /// Ends and removes every live turn for which `gone` holds.
    void removeIf(Predicate<Turn> gone) {
        for (int i = 0; i < size; i++) {
            Turn turn = at(i);
            if (!turn.isOver() && gone.test(turn)) {
                turn.end();
                turn.released();
            }
        }
        rebuild();
    }

    void cancelled(Turn turn) {
        Invariants.check(turn.isOver(), "a turn is over before it is counted as cancelled");
        cancelled++;
        if (cancelled > size / 2 && size >= REBUILD_MIN) {
            rebuild();
        }
    }

    /// Slots in use, cancelled turns included.
    int slots() {
        return size;
    }

    private void dropCancelledHead() {
        while (size > 0 && at(0).isOver()) {
            removeHead();
            cancelled--;
        }
    }

    private Turn removeHead() {
        Turn head = at(0);
        head.leave();
        int last = --size;
        Turn moved = at(last);
        turns[last] = null;
        if (last > 0) {
            siftDown(0, times[last], sequences[last], moved);
        }
        return head;
    }

    /// Drops the cancelled ones and restores the heap from the bottom up.
    private void rebuild() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Turn turn = at(i);
            if (turn.isOver()) {
                turn.leave();
            } else {
                times[kept] = times[i];
                sequences[kept] = sequences[i];
                turns[kept++] = turn;
            }
        }
        Arrays.fill(turns, kept, size, null);
        size = kept;
        cancelled = 0;
        for (int i = size / 2 - 1; i >= 0; i--) {
            siftDown(i, times[i], sequences[i], at(i));
        }
    }

    private void siftUp(int from, long time, long sequence, Turn turn) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!isBefore(time, sequence, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        place(hole, time, sequence, turn);
    }

    private void siftDown(int from, long time, long sequence, Turn turn) {
        int hole = from;
        int firstLeaf = size >>> 1;
        while (hole < firstLeaf) {
            int child = 2 * hole + 1;
            if (child + 1 < size && isBefore(times[child + 1], sequences[child + 1], child)) {
                child++;
            }
            if (isBefore(time, sequence, child)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        place(hole, time, sequence, turn);
    }

    private boolean isBefore(long time, long sequence, int other) {
        return time < times[other] || (time == times[other] && sequence < sequences[other]);
    }

    private void move(int from, int to) {
        times[to] = times[from];
        sequences[to] = sequences[from];
        turns[to] = turns[from];
    }

    private void place(int at, long time, long sequence, Turn turn) {
        times[at] = time;
        sequences[at] = sequence;
        turns[at] = turn;
    }

    private Turn at(int index) {
        Turn turn = turns[index];
        if (turn == null) {
            throw Invariants.broken("slot %s of %s is empty", index, size);
        }
        return turn;
    }
}
