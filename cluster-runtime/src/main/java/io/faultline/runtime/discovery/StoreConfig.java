package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// The limits of a store. Immutable.
///
/// @param leaseFloorNanos shortest lease that is granted; shorter wishes get this. Raising it makes a dead node be
///     noticed later through discovery alone
/// @param leaseGrainNanos leases are granted in multiples of this, rounded up
/// @param stallNanos when the store itself was this much too late for an expiry, it was standing still and the
///     keep-alives wait unread in its queue: every lease then gets its full time again instead of ending. etcd does
///     the same when a leader takes over, after an election time-out of about this length
/// @param historyChangesMax how many changes are kept for watches that start in the past; older ones are compacted
/// @param keysMax keys in the store; a transaction that would go above is refused
/// @param leasesMax leases at the same time; a grant above is refused
/// @param watchesPerSessionMax watches that one client may have open; one more is lost at once
@RecordBuilder
public record StoreConfig(
        long leaseFloorNanos,
        long leaseGrainNanos,
        long stallNanos,
        int historyChangesMax,
        int keysMax,
        int leasesMax,
        int watchesPerSessionMax)
        implements StoreConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public StoreConfig {
        Invariants.check(leaseFloorNanos > 0, "leaseFloorNanos is above 0, not %s", leaseFloorNanos);
        Invariants.check(leaseGrainNanos > 0, "leaseGrainNanos is above 0, not %s", leaseGrainNanos);
        Invariants.check(
                leaseFloorNanos % leaseGrainNanos == 0,
                "leaseFloorNanos %s is a multiple of leaseGrainNanos %s",
                leaseFloorNanos,
                leaseGrainNanos);
        Invariants.check(stallNanos > 0, "stallNanos is above 0, not %s", stallNanos);
        Invariants.check(historyChangesMax > 0, "historyChangesMax is above 0, not %s", historyChangesMax);
        Invariants.check(keysMax > 0, "keysMax is above 0, not %s", keysMax);
        Invariants.check(leasesMax > 0, "leasesMax is above 0, not %s", leasesMax);
        Invariants.check(watchesPerSessionMax > 0, "watchesPerSessionMax is above 0, not %s", watchesPerSessionMax);
    }

    /// Leases as etcd 3.4 grants them with its default timing: whole seconds, at least 2.
    public static StoreConfig defaults() {
        return new StoreConfig(2 * SECOND, SECOND, SECOND, 10_000, 100_000, 100_000, 1_000);
    }

    /// The same limits with leases as short and as fine as `leaseFloorNanos`.
    public StoreConfig withLeaseFloor(long floorNanos) {
        return with(b -> b.leaseFloorNanos(floorNanos).leaseGrainNanos(floorNanos));
    }

    /// The time that a lease gets when `wishedNanos` were asked for.
    long grantedNanos(long wishedNanos) {
        if (wishedNanos > Long.MAX_VALUE - leaseGrainNanos) {
            return wishedNanos;
        }
        return Math.max(leaseFloorNanos, Math.ceilDiv(wishedNanos, leaseGrainNanos) * leaseGrainNanos);
    }
}
