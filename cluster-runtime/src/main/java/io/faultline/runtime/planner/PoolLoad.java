package io.faultline.runtime.planner;

/// What the workers of one pool say about themselves.
///
/// @param ready workers in discovery
/// @param reporting those of them whose load is known
/// @param kvUse referenced KV blocks as a share of all blocks of those that report, 0 to 1
/// @param queued requests that wait at them, and in the pool's queue if it has one, in all
record PoolLoad(int ready, int reporting, double kvUse, double queued) {
    double queuedPerWorker() {
        return reporting == 0 ? 0 : queued / reporting;
    }
}
