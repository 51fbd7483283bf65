package io.faultline.sim.time;

import io.faultline.runtime.seam.Invariants;

/// The simulation's clock and the one thread of control of everything in it. Runs turns in the order (time,
/// sequence); between two turns nothing exists. Confined to the thread that calls it.
public final class VirtualTime {
    private final EventQueue queue = new EventQueue();
    private long nowNanos;
    private long turnsRun;

    /// Nanoseconds since the simulation began.
    public long nowNanos() {
        return nowNanos;
    }

    /// Turns that were run so far.
    public long turnsRun() {
        return turnsRun;
    }

    /// Turns that are due some time. Those that a frozen loop holds back are not counted.
    public int pending() {
        return queue.live();
    }

    /// When the next turn is due; `Long.MAX_VALUE` when none is.
    public long nextTimeNanos() {
        return queue.nextTimeNanos();
    }

    /// Sets a turn that runs at `timeNanos`, not before now.
    public void at(long timeNanos, Turn turn) {
        Invariants.check(timeNanos >= nowNanos, "a turn at %s ns is in the past of %s ns", timeNanos, nowNanos);
        if (!turn.loop().isDead()) {
            queue.add(timeNanos, turn);
        }
    }

    /// Runs the next turn if it is due at `untilNanos` or before. False when there is none.
    public boolean runNext(long untilNanos) {
        long due = queue.nextTimeNanos();
        Turn turn = due > untilNanos ? null : queue.poll();
        if (turn == null) {
            return false;
        }
        nowNanos = due;
        turnsRun++;
        turn.loop().take(turn);
        return true;
    }

    /// Runs what is due up to and including `untilNanos` and leaves the time there.
    public void runUntil(long untilNanos) {
        Invariants.check(untilNanos >= nowNanos, "time does not go back from %s to %s", nowNanos, untilNanos);
        while (runNext(untilNanos)) {
            // All is in the turn.
        }
        nowNanos = untilNanos;
    }

    void drop(SimulatedLoop loop) {
        queue.removeIf(turn -> turn.loop() == loop);
    }
}
