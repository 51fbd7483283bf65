package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.Invariants;

/// How registrations are kept alive.
///
/// @param ttlNanos time after which the store drops a silent worker; default 10 s, Dynamo's. Shorter finds a dead
///     worker sooner where nothing else does, and drops live ones sooner when the store is slow
/// @param renewNanos time between renewals; default a third of it; at most a third, so that two may get lost
/// @param retryMinNanos first wait after the store did not answer; default 200 ms, doubled each time
/// @param retryMaxNanos longest such wait; default 5 s
/// @param reconcileNanos how often a directory compares itself with a full listing; default 5 s
public record LeaseConfig(long ttlNanos, long renewNanos, long retryMinNanos, long retryMaxNanos, long reconcileNanos) {
    public LeaseConfig {
        Invariants.check(renewNanos > 0 && reconcileNanos > 0, "intervals are at least 1 ns");
        Invariants.check(
                ttlNanos >= 3 * renewNanos,
                "a lease (%s ns) lasts at least three renewals of %s ns",
                ttlNanos,
                renewNanos);
        Invariants.check(
                retryMinNanos > 0 && retryMinNanos <= retryMaxNanos, "the first retry is not later than the last");
    }

    public static LeaseConfig defaults() {
        return withTtl(10_000_000_000L);
    }

    public static LeaseConfig withTtl(long ttlNanos) {
        return new LeaseConfig(ttlNanos, ttlNanos / 3, 200_000_000L, 5_000_000_000L, 5_000_000_000L);
    }
}
