package io.faultline.sim.net;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.RandomSource;

/// How long a message travels: uniform between `minNanos` and `maxNanos`, and with `tailProbability` uniform
/// between `maxNanos` and `tailMaxNanos`, since real networks are fast nearly always and slow now and then.
/// Immutable.
///
/// @param minNanos at least 1, so that cause and effect never share a moment
/// @param tailProbability 0 to 1
/// @param tailMaxNanos never exceeded; bounds on detection are derived from it
public record LatencyModel(long minNanos, long maxNanos, double tailProbability, long tailMaxNanos) {
    public LatencyModel {
        Invariants.check(minNanos >= 1, "a message travels for at least 1 ns, not %s", minNanos);
        Invariants.check(
                minNanos <= maxNanos && maxNanos <= tailMaxNanos,
                "latencies %s, %s and %s ns are not in order",
                minNanos,
                maxNanos,
                tailMaxNanos);
        Invariants.check(tailProbability >= 0 && tailProbability <= 1, "%s is not a probability", tailProbability);
    }

    /// One data centre: 50 to 250 microseconds, one message in a thousand up to 5 milliseconds.
    public static LatencyModel dataCentre() {
        return new LatencyModel(50_000, 250_000, 0.001, 5_000_000);
    }

    long draw(RandomSource random) {
        // One number for both: the upper bits choose the case, the draw within the range comes second.
        if (tailProbability > 0 && random.nextBoolean(tailProbability)) {
            return random.nextLong(maxNanos, tailMaxNanos);
        }
        return random.nextLong(minNanos, maxNanos);
    }
}
