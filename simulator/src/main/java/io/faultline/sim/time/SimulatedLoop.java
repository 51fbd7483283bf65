package io.faultline.sim.time;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The loop of one life of one node. A turn takes no virtual time. A frozen loop holds its turns back in the order
/// in which they came due and runs them all when it is thawed, as a process does after SIGCONT; a dead one drops
/// what it has and what comes.
public final class SimulatedLoop implements NodeLoop {
    /// Seventy years: longer delays mean never, and must not overflow the clock.
    private static final long LONGEST_DELAY_NANOS = Long.MAX_VALUE / 4;

    private final NodeId node;
    private final VirtualTime time;
    private final NodeClock clock;
    private final TurnFailed onFailure;
    private final Queue<Turn> heldBack = new ArrayDeque<>();
    private State state = State.RUNNING;
    private boolean inTurn;

    /// What a loop does with the turns that come due.
    private enum State {
        RUNNING,
        FROZEN,
        DEAD
    }

    /// Hears that a turn ended in an exception, which is always a bug; the loop goes on unless it is killed.
    public interface TurnFailed {
        void turnFailed(NodeId node, RuntimeException cause);
    }

    public SimulatedLoop(NodeId node, VirtualTime time, NodeClock clock, TurnFailed onFailure) {
        this.node = node;
        this.time = time;
        this.clock = clock;
        this.onFailure = onFailure;
    }

    public NodeId node() {
        return node;
    }

    @Override
    public long now() {
        return clock.localNanos(time.nowNanos());
    }

    @Override
    public void post(Runnable task) {
        time.at(time.nowNanos(), new Task(this, task));
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        Invariants.check(delayNanos >= 0, "a delay is at least 0, not %s", delayNanos);
        Task turn = new Task(this, task);
        long dueLocal = now() + Math.min(delayNanos, LONGEST_DELAY_NANOS);
        time.at(Math.max(time.nowNanos(), clock.trueNanos(dueLocal)), turn);
        return turn;
    }

    /// Sets a turn at a moment of true time, as the network does.
    public void at(long trueNanos, Turn turn) {
        time.at(trueNanos, turn);
    }

    public void freeze() {
        if (state == State.RUNNING) {
            state = State.FROZEN;
        }
    }

    public void thaw() {
        if (state != State.FROZEN) {
            return;
        }
        state = State.RUNNING;
        for (Turn turn = heldBack.poll(); turn != null; turn = heldBack.poll()) {
            if (!turn.isOver()) {
                time.at(time.nowNanos(), turn);
            }
        }
    }

    /// Ends the loop for good.
    public void kill() {
        state = State.DEAD;
        heldBack.clear();
        time.drop(this);
    }

    public boolean isDead() {
        return state == State.DEAD;
    }

    public boolean isFrozen() {
        return state == State.FROZEN;
    }

    /// True while one of its turns runs.
    public boolean isInTurn() {
        return inTurn;
    }

    void take(Turn turn) {
        switch (state) {
            case DEAD -> turn.end();
            case FROZEN -> heldBack.add(turn);
            case RUNNING -> run(turn);
        }
    }

    private void run(Turn turn) {
        Invariants.check(!inTurn, "%s's turn is re-entered", node);
        turn.end();
        inTurn = true;
        try {
            turn.run();
        } catch (RuntimeException broken) {
            onFailure.turnFailed(node, broken);
        } finally {
            inTurn = false;
        }
    }

    /// A task that the node itself set.
    private static final class Task extends Turn {
        private @Nullable Runnable action;

        Task(SimulatedLoop loop, Runnable action) {
            super(loop);
            this.action = action;
        }

        @Override
        protected void run() {
            Runnable now = action;
            action = null;
            if (now != null) {
                now.run();
            }
        }

        @Override
        protected void released() {
            action = null;
        }
    }
}
