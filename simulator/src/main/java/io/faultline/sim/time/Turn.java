package io.faultline.sim.time;

import io.faultline.runtime.seam.NodeLoop;
import org.jspecify.annotations.Nullable;

/// One task of one loop, due at one moment. It runs at most once: a turn that ran, was cancelled or was dropped is
/// over. Cancelling a turn that is over does nothing.
///
/// Subclasses carry what they need in fields, so that a turn costs one allocation.
public abstract class Turn implements NodeLoop.Timer {
    private final SimulatedLoop loop;
    /// Set while the turn is in the queue; a frozen loop's turns are in none.
    private @Nullable EventQueue queue;

    private boolean over;

    protected Turn(SimulatedLoop loop) {
        this.loop = loop;
    }

    /// What happens.
    protected abstract void run();

    @Override
    public final void cancel() {
        if (over) {
            return;
        }
        over = true;
        if (queue != null) {
            queue.cancelled(this);
        }
        released();
    }

    /// The turn will not run (any more): let go of what it refers to, since it may stay in the queue for a while.
    protected void released() {
        // Most turns hold little.
    }

    final SimulatedLoop loop() {
        return loop;
    }

    final boolean isOver() {
        return over;
    }

    final void end() {
        over = true;
    }

    final void enter(EventQueue into) {
        queue = into;
    }

    final void leave() {
        queue = null;
    }
}
