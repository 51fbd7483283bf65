package io.faultline.sim.time;

import io.faultline.runtime.seam.Invariants;

/// How one node's clock differs from true time: local = true + offset + true * drift. Immutable.
///
/// @param offsetNanos what it shows at the beginning
/// @param driftPartsPerMillion how much faster (or, below 0, slower) it runs; quartz is within 100, a bad virtual
///     machine within 1000
public record NodeClock(long offsetNanos, int driftPartsPerMillion) {
    private static final long MILLION = 1_000_000;

    /// Shows true time.
    public static final NodeClock TRUE = new NodeClock(0, 0);

    public NodeClock {
        Invariants.check(
                driftPartsPerMillion > -MILLION / 2 && driftPartsPerMillion < MILLION / 2,
                "a clock that drifts by %s parts per million is broken, not skewed",
                driftPartsPerMillion);
    }

    /// What it shows at `trueNanos`.
    public long localNanos(long trueNanos) {
        if (driftPartsPerMillion == 0) {
            return trueNanos + offsetNanos;
        }
        // In two parts, so that years of nanoseconds do not overflow.
        long drift = Math.floorDiv(trueNanos, MILLION) * driftPartsPerMillion
                + Math.floorDiv(Math.floorMod(trueNanos, MILLION) * driftPartsPerMillion, MILLION);
        return trueNanos + offsetNanos + drift;
    }

    /// The first true moment at which it shows `localNanos` or later, so that a timer is never early by its own
    /// node's clock.
    public long trueNanos(long localNanos) {
        long since = localNanos - offsetNanos;
        if (driftPartsPerMillion == 0) {
            return since;
        }
        long rate = MILLION + driftPartsPerMillion;
        long guess = since / rate * MILLION + since % rate * MILLION / rate;
        while (localNanos(guess) >= localNanos) {
            guess--;
        }
        while (localNanos(guess) < localNanos) {
            guess++;
        }
        return guess;
    }
}
