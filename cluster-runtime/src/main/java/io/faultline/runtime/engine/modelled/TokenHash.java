package io.faultline.runtime.engine.modelled;

/// A hash of a token sequence that grows by one token at a time: a polynomial in an odd constant, modulo 2^64.
/// Cheap rather than strong: its low bits are poor, so users put it through a finaliser before they use any bits
/// of it.
final class TokenHash {
    /// The hash of no tokens.
    static final long EMPTY = 1;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final long FACTOR_2 = times(FACTOR, FACTOR);
    private static final long FACTOR_3 = times(FACTOR_2, FACTOR);
    private static final long FACTOR_4 = times(FACTOR_3, FACTOR);

    private TokenHash() {}

    static long extend(long hash, int token) {
        return hash * FACTOR + token + 1;
    }

    /// [#extend] with each token in `[from, to)`. Four at a time, because the multiplications of one step then do
    /// not wait for each other.
    static long extend(long hash, int[] tokens, int from, int to) {
        long result = hash;
        int i = from;
        for (; i + 4 <= to; i += 4) {
            result = result * FACTOR_4
                    + (tokens[i] + 1L) * FACTOR_3
                    + (tokens[i + 1] + 1L) * FACTOR_2
                    + (tokens[i + 2] + 1L) * FACTOR
                    + (tokens[i + 3] + 1L);
        }
        for (; i < to; i++) {
            result = extend(result, tokens[i]);
        }
        return result;
    }

    /// Modulo 2^64, on purpose.
    private static long times(long a, long b) {
        return a * b;
    }
}
