package io.faultline.runtime.seam;

/// A stream of pseudo-random numbers with a specified algorithm (SplitMix64: Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014), so that a seed means the same on every JDK.
///
/// Consumers take a stream of their own by name ([#fork]); a new consumer therefore never shifts the numbers
/// that another one draws. Confined to one loop.
public final class RandomSource {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long origin;
    private long state;

    public RandomSource(long seed) {
        this.origin = seed;
        this.state = seed;
    }

    /// The stream for `purpose`. Depends on this stream's seed and the name alone, not on what was drawn so far.
    public RandomSource fork(String purpose) {
        long hash = origin ^ 0x5851F42D4C957F2DL;
        for (int i = 0; i < purpose.length(); i++) {
            hash = mix(hash + GOLDEN_GAMMA + purpose.charAt(i));
        }
        return new RandomSource(hash);
    }

    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /// Uniform in `[0, bound)`; `bound` is at least 1.
    public int nextInt(int bound) {
        Invariants.check(bound > 0, "a bound is at least 1, not %s", bound);
        return (int) Long.remainderUnsigned(nextLong(), bound);
    }

    /// Uniform in `[low, high]`.
    public long nextLong(long low, long high) {
        Invariants.check(low <= high, "an empty range: %s to %s", low, high);
        return low + Long.remainderUnsigned(nextLong(), high - low + 1);
    }

    /// Uniform in `[0, 1)`, 53 bits.
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    public boolean nextBoolean(double probability) {
        return nextDouble() < probability;
    }

    /// Exponentially distributed with the given mean, as between the arrivals of a Poisson process.
    public double nextExponential(double mean) {
        return -mean * StrictMath.log(1.0 - nextDouble());
    }

    /// The SplitMix64 finaliser: a bijection of 64-bit values with good avalanche.
    public static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
