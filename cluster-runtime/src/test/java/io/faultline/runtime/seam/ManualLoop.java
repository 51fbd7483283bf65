package io.faultline.runtime.seam;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// A loop that a test turns by hand: virtual time, tasks in the order (due time, sequence in which they were set).
/// Nothing runs inside [#post] or [#after]; a task that throws ends the run and the test sees its exception.
/// Confined to the test's thread.
public final class ManualLoop implements NodeLoop {
    /// Turns that [#runAll] allows before it takes the work for endless.
    private static final int TURNS_MAX = 10_000_000;

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nowNanos;
    private long sequence;
    private int cancelled;
    private boolean stopped;
    private boolean inTurn;

    public ManualLoop() {
        this(0);
    }

    public ManualLoop(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    @Override
    public long now() {
        return nowNanos;
    }

    @Override
    public void post(Runnable task) {
        after(0, task);
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        Invariants.check(delayNanos >= 0, "a delay is at least 0, not %s", delayNanos);
        Task entry = new Task(Math.addExact(nowNanos, delayNanos), sequence++, task);
        if (!stopped) {
            tasks.add(entry);
        }
        return entry;
    }

    /// Tasks that are set and not cancelled.
    public int pending() {
        return tasks.size() - cancelled;
    }

    /// Runs the next task, moving time to when it is due. False when there is none.
    public boolean runNext() {
        Invariants.check(!inTurn, "a turn is not re-entered");
        Task next = nextLive();
        if (next == null) {
            return false;
        }
        tasks.remove();
        next.done = true;
        nowNanos = Math.max(nowNanos, next.dueNanos);
        inTurn = true;
        try {
            next.action.run();
        } finally {
            inTurn = false;
        }
        return true;
    }

    /// Runs what is due up to and including `untilNanos` and leaves the time there.
    public void runUntil(long untilNanos) {
        Invariants.check(untilNanos >= nowNanos, "time does not go back from %s to %s", nowNanos, untilNanos);
        for (Task next = nextLive(); next != null && next.dueNanos <= untilNanos; next = nextLive()) {
            runNext();
        }
        nowNanos = untilNanos;
    }

    /// [#runUntil] with a duration.
    public void runFor(long nanos) {
        runUntil(Math.addExact(nowNanos, nanos));
    }

    /// Time passes and nothing runs, as in a process that is stopped or on a machine that is too busy. What came due
    /// in the meantime runs late.
    public void standStillFor(long nanos) {
        nowNanos = Math.addExact(nowNanos, nanos);
    }

    /// Runs what is due now, what that posts included; time stands still.
    public void runDue() {
        runUntil(nowNanos);
    }

    /// Runs until nothing is pending. A node with a recurring timer never gets there: use [#runUntil].
    public void runAll() {
        for (int turns = 0; runNext(); turns++) {
            Invariants.check(turns < TURNS_MAX, "still busy after %s turns", TURNS_MAX);
        }
    }

    /// Drops all tasks and takes no more, as when a node is killed.
    public void stop() {
        stopped = true;
        tasks.clear();
        cancelled = 0;
    }

    private @Nullable Task nextLive() {
        Task next = tasks.peek();
        while (next != null && next.done) {
            tasks.remove();
            cancelled--;
            next = tasks.peek();
        }
        return next;
    }

    private final class Task implements Timer, Comparable<Task> {
        private final long dueNanos;
        private final long order;
        private final Runnable action;
        private boolean done;

        Task(long dueNanos, long order, Runnable action) {
            this.dueNanos = dueNanos;
            this.order = order;
            this.action = action;
        }

        @Override
        public void cancel() {
            if (!done && !stopped) {
                done = true;
                cancelled++;
            }
        }

        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(dueNanos, other.dueNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
