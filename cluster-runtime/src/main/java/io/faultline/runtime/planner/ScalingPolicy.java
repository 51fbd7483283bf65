package io.faultline.runtime.planner;

import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.planner.PlannerConfig.RollBack;
import java.util.Locale;

/// What to do about a pool at the end of an interval. One worker is added or taken away at a time. A decision to take
/// workers away is observed: nothing else is decided for [RollBack#intervals] intervals, and then until one does no
/// harm; when as many in a row do, the workers come back, all at once. Pure.
final class ScalingPolicy {
    private final PlannerConfig config;

    ScalingPolicy(PlannerConfig config) {
        this.config = config;
    }

    /// @param next what is remembered once it is carried out
    record Verdict(DecisionKind kind, int to, String why, PoolMemory next) {}

    /// @param carriedOut whether the orchestrator is done with the last decision
    Verdict decide(Pool pool, PoolMemory before, PoolLoad load, boolean carriedOut) {
        boolean blind = load.reporting() == 0;
        PoolMemory now = before.after(isHarmful(load), load.queuedPerWorker());
        if (before.isObserving()) {
            return observe(now, load, blind);
        }
        if (blind) {
            return hold(now, "no worker tells its load");
        }
        if (!carriedOut) {
            return hold(now, "the last decision is not carried out yet");
        }
        if (load.kvUse() > pool.kvUp() || load.queuedPerWorker() > pool.queueUp()) {
            return grow(pool, now, before, load);
        }
        if (load.kvUse() < pool.kvDown() && load.queuedPerWorker() < pool.queueDown()) {
            return shrink(pool, now, load);
        }
        return hold(now, words(load) + ": within bounds");
    }

    boolean isHarmful(PoolLoad load) {
        RollBack limits = config.rollBack();
        return load.reporting() > 0 && (load.kvUse() > limits.kvUse() || load.queued() > limits.queued());
    }

    private Verdict observe(PoolMemory now, PoolLoad load, boolean blind) {
        RollBack limits = config.rollBack();
        if (now.badIntervals() >= limits.intervals()) {
            return new Verdict(
                    DecisionKind.ROLL_BACK,
                    now.rollBackTo(),
                    words(load) + " for " + now.badIntervals() + " intervals after going from " + now.rollBackTo()
                            + " to " + now.desired() + " workers",
                    now.rolledBack(limits.holdOffIntervals()));
        }
        if (now.observedIntervals() >= limits.intervals() && now.badIntervals() == 0 && !blind) {
            return hold(now.acquitted(), words(load) + ": going to " + now.desired() + " workers did no harm");
        }
        return hold(
                now,
                words(load) + ": watching what going from " + now.rollBackTo() + " to " + now.desired()
                        + " workers does; " + now.badIntervals() + " of " + limits.intervals()
                        + " harmful intervals in a row");
    }

    private Verdict grow(Pool pool, PoolMemory now, PoolMemory before, PoolLoad load) {
        double trend = load.queuedPerWorker() - before.queuedPerWorker();
        boolean queueAlone = load.kvUse() <= pool.kvUp();
        if (queueAlone && load.queuedPerWorker() + config.graceIntervals() * trend < pool.queueUp()) {
            return hold(now, words(load) + ": the queue is shrinking by itself");
        }
        if (now.desired() >= pool.max()) {
            return hold(now, words(load) + ": more is wanted, but the budget is " + pool.max() + " workers");
        }
        int to = now.desired() + 1;
        String bound = queueAlone
                ? "more than " + number(pool.queueUp()) + " waiting per worker"
                : "KV use above " + percent(pool.kvUp());
        return new Verdict(DecisionKind.UP, to, words(load) + ": " + bound, now.raisedTo(to, config.graceIntervals()));
    }

    private Verdict shrink(Pool pool, PoolMemory now, PoolLoad load) {
        int desired = now.desired();
        if (desired <= pool.min()) {
            return hold(now, words(load) + ": idle, with the fewest workers allowed");
        }
        if (now.holdOffIntervals() > 0) {
            return hold(
                    now,
                    words(load) + ": idle, but held off by a roll-back for " + now.holdOffIntervals()
                            + " more intervals");
        }
        if (now.graceIntervals() > 0) {
            return hold(
                    now,
                    words(load) + ": idle, but the newest worker has " + now.graceIntervals() + " intervals of grace");
        }
        double afterwards = load.kvUse() * desired / (desired - 1);
        if (afterwards > pool.kvUp()) {
            return hold(now, words(load) + ": with one worker less it would be " + percent(afterwards));
        }
        return new Verdict(
                DecisionKind.DOWN,
                desired - 1,
                words(load) + ": KV use below " + percent(pool.kvDown()) + ", nothing waits",
                now.reducedTo(desired - 1, desired));
    }

    private static Verdict hold(PoolMemory next, String why) {
        return new Verdict(DecisionKind.HOLD, next.desired(), why, next);
    }

    private static String words(PoolLoad load) {
        return "KV use " + percent(load.kvUse()) + ", " + number(load.queued()) + " waiting at " + load.reporting()
                + " workers";
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.1f", value);
    }
}
