package io.faultline.runtime.planner;

/// What the planner knows of a pool beside its load. Immutable.
///
/// @param desired workers that there should be
/// @param rollBackTo workers before the decision that is under observation; 0 = none is
/// @param observedIntervals since that decision
/// @param badIntervals of those, how many of late were harmful in a row
/// @param holdOffIntervals for how many more nothing may be taken away
/// @param graceIntervals for how many more the newest worker is safe
/// @param queuedPerWorker one interval ago
record PoolMemory(
        int desired,
        int rollBackTo,
        int observedIntervals,
        int badIntervals,
        int holdOffIntervals,
        int graceIntervals,
        double queuedPerWorker) {
    static PoolMemory of(int desired) {
        return new PoolMemory(desired, 0, 0, 0, 0, 0, 0);
    }

    boolean isObserving() {
        return rollBackTo > desired;
    }

    /// After `from` workers became fewer.
    PoolMemory reducedTo(int to, int from) {
        return new PoolMemory(to, from, 0, 0, holdOffIntervals, graceIntervals, queuedPerWorker);
    }

    PoolMemory raisedTo(int to, int grace) {
        return new PoolMemory(to, 0, 0, 0, holdOffIntervals, grace, queuedPerWorker);
    }

    PoolMemory rolledBack(int holdOff) {
        return new PoolMemory(rollBackTo, 0, 0, 0, holdOff, 0, queuedPerWorker);
    }

    PoolMemory acquitted() {
        return new PoolMemory(desired, 0, 0, 0, holdOffIntervals, graceIntervals, queuedPerWorker);
    }

    /// One interval later.
    PoolMemory after(boolean harmful, double queued) {
        return new PoolMemory(
                desired,
                rollBackTo,
                isObserving() ? observedIntervals + 1 : 0,
                isObserving() && harmful ? badIntervals + 1 : 0,
                Math.max(0, holdOffIntervals - 1),
                Math.max(0, graceIntervals - 1),
                queued);
    }
}
