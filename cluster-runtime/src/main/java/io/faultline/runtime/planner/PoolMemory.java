package io.faultline.runtime.planner;

import io.soabase.recordbuilder.core.RecordBuilder;

/// What the planner knows of a pool beside its load. Immutable.
///
/// @param desired workers that there should be
/// @param rollBackTo workers before the decision that is under observation; 0 = none is
/// @param observedIntervals since that decision
/// @param badIntervals of those, how many of late were harmful in a row
/// @param holdOffIntervals for how many more nothing may be taken away
/// @param graceIntervals for how many more the newest worker is safe
/// @param queuedPerWorker one interval ago
@RecordBuilder
record PoolMemory(
        int desired,
        int rollBackTo,
        int observedIntervals,
        int badIntervals,
        int holdOffIntervals,
        int graceIntervals,
        double queuedPerWorker)
        implements PoolMemoryBuilder.With {
    static PoolMemory of(int desired) {
        return new PoolMemory(desired, 0, 0, 0, 0, 0, 0);
    }

    boolean isObserving() {
        return rollBackTo > desired;
    }

    /// After `from` workers became fewer.
    PoolMemory reducedTo(int to, int from) {
        return with(b -> b.desired(to).rollBackTo(from).observedIntervals(0).badIntervals(0));
    }

    PoolMemory raisedTo(int to, int grace) {
        return with(b ->
                b.desired(to).rollBackTo(0).observedIntervals(0).badIntervals(0).graceIntervals(grace));
    }

    PoolMemory rolledBack(int holdOff) {
        return with(b -> b.desired(rollBackTo)
                .rollBackTo(0)
                .observedIntervals(0)
                .badIntervals(0)
                .holdOffIntervals(holdOff)
                .graceIntervals(0));
    }

    PoolMemory acquitted() {
        return with(b -> b.rollBackTo(0).observedIntervals(0).badIntervals(0));
    }

    /// One interval later.
    PoolMemory after(boolean harmful, double queued) {
        return with(b -> b.observedIntervals(isObserving() ? observedIntervals + 1 : 0)
                .badIntervals(isObserving() && harmful ? badIntervals + 1 : 0)
                .holdOffIntervals(Math.max(0, holdOffIntervals - 1))
                .graceIntervals(Math.max(0, graceIntervals - 1))
                .queuedPerWorker(queued));
    }
}
