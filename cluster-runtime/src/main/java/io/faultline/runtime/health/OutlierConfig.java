package io.faultline.runtime.health;

import io.faultline.runtime.seam.Invariants;

/// When a frontend takes an instance for grey, and for how long it sets it aside.
///
/// @param enabled default true
/// @param sweepNanos how often instances are compared; default 1 s
/// @param ratio how many times slower than the median of its peers an instance is, token by token, to be an outlier;
///     default 8. A batch full of prompts makes an honest instance a few times slower than an idle one
/// @param floorNanos time between tokens that is never held against an instance, however fast its peers are; default
///     100 ms
/// @param samplesMin gaps between tokens that an instance must have shown lately to be judged; default 5
/// @param sweepsToEject sweeps in a row that must find it an outlier; default 3
/// @param poolShareMax most of a model's instances that are set aside for slowness at the same time, 0 to 1; default
///     0.34, but always one when there are at least two
/// @param backoffMinNanos time until the first canary to an ejected instance; default 5 s, doubled when it fails
/// @param backoffMaxNanos longest such time; default 60 s
/// @param canaryTimeoutNanos longest time for such a canary's answer; default 3 s
public record OutlierConfig(
        boolean enabled,
        long sweepNanos,
        double ratio,
        long floorNanos,
        int samplesMin,
        int sweepsToEject,
        double poolShareMax,
        long backoffMinNanos,
        long backoffMaxNanos,
        long canaryTimeoutNanos) {
    private static final long SECOND = 1_000_000_000L;

    public OutlierConfig {
        Invariants.check(sweepNanos > 0 && canaryTimeoutNanos > 0, "intervals are at least 1 ns");
        Invariants.check(ratio > 1, "an outlier is more than 1 times slower, not %s", ratio);
        Invariants.check(floorNanos >= 0, "a floor is at least 0 ns");
        Invariants.check(samplesMin >= 1 && sweepsToEject >= 1, "a verdict takes at least one sample and one sweep");
        Invariants.check(poolShareMax >= 0 && poolShareMax <= 1, "a share is 0 to 1, not %s", poolShareMax);
        Invariants.check(
                backoffMinNanos > 0 && backoffMinNanos <= backoffMaxNanos,
                "the first back-off is not longer than the last");
    }

    public static OutlierConfig defaults() {
        return new OutlierConfig(true, SECOND, 8, 100_000_000L, 5, 3, 0.34, 5 * SECOND, 60 * SECOND, 3 * SECOND);
    }

    /// How many of `instances` may be set aside for slowness at the same time. Never the last.
    public int ejectedMax(int instances) {
        return instances < 2 ? 0 : Math.max(1, (int) (poolShareMax * instances));
    }
}
