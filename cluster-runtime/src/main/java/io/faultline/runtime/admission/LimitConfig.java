package io.faultline.runtime.admission;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How [ConcurrencyLimit] finds its limit. None of these depends on a model, a GPU or a load.
///
/// @param ttftTolerance by which factor the time to the first token may exceed the uncongested one before the
///     limit falls; more serves more requests, later
/// @param itlTolerance the same for the time between tokens
/// @param initial requests in flight per instance at the start
/// @param max most requests in flight per instance, ever
/// @param gain how fast the limit follows: the exponent of the headroom by which it is multiplied once a window
/// @param stepMax largest factor of one window, up or down
/// @param pace shortest time between two admissions near the limit, as a share of the mean one, which is the
///     time a request stays over the limit; 0 = any
/// @param windowNanos shortest time over which latencies are taken together
/// @param samplesMin fewest latencies that are taken together
/// @param baselineNanos for how long an uncongested latency is believed; then the limit is lowered for a
///     moment, if it is in force, to see it again
/// @param probeNanos how long that moment is
/// @param probeShare to what share of itself the limit is lowered then
@RecordBuilder
public record LimitConfig(
        double ttftTolerance,
        double itlTolerance,
        double initial,
        double max,
        double gain,
        double stepMax,
        double pace,
        long windowNanos,
        int samplesMin,
        long baselineNanos,
        long probeNanos,
        double probeShare)
        implements LimitConfigBuilder.With {
    public LimitConfig {
        Invariants.check(ttftTolerance > 1 && itlTolerance > 1, "a tolerance is more than 1");
        Invariants.check(initial >= 1 && initial <= max, "a limit begins between 1 and its maximum");
        Invariants.check(gain > 0 && gain <= 1 && stepMax > 1, "a limit moves, and not by more than it learned");
        Invariants.check(pace >= 0 && pace < 1, "admissions come at the mean rate at least");
        Invariants.check(windowNanos > 0 && samplesMin >= 1, "a window has a length and a sample");
        Invariants.check(baselineNanos > probeNanos && probeNanos > 0, "a probe is shorter than what it refreshes");
        Invariants.check(probeShare > 0 && probeShare < 1, "a probe lowers the limit");
    }

    public static LimitConfig defaults() {
        return new LimitConfig(
                3.0, 2.5, 4, 4096, 0.3, 1.25, 0.6, 200_000_000L, 8, 300_000_000_000L, 3_000_000_000L, 0.25);
    }

    public LimitConfig withTolerances(double ttft, double itl) {
        return with(b -> b.ttftTolerance(ttft).itlTolerance(itl));
    }

    public LimitConfig withBaseline(long newBaselineNanos, long newProbeNanos) {
        return with(b -> b.baselineNanos(newBaselineNanos).probeNanos(newProbeNanos));
    }
}
