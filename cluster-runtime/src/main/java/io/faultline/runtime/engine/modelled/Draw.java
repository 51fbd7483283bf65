package io.faultline.runtime.engine.modelled;

/// Reads independent choices from one 64-bit random number: the upper half picks from a table, the lower bits
/// answer yes or no.
final class Draw {
    private Draw() {}

    /// Uniform in `[0, 100)`, but for a bias below one in 650.
    static int percent(long draw) {
        return (int) (((draw & 0xFFFF) * 100) >>> 16);
    }

    /// One of the tokens.
    static int pick(int[] tokens, long draw) {
        return tokens[(int) (((draw >>> 32) * tokens.length) >>> 32)];
    }
}
