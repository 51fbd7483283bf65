package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.seam.RandomSource;

/// Names a full block by its tokens and everything before them: equal hashes mean equal prefixes, so a block found
/// under its hash can be reused as it is. The only place that knows the hash function.
public final class BlockHash {
    /// The parent of a sequence's first block.
    public static final long ROOT = 0;

    private BlockHash() {}

    /// The hash of the block that holds `tokens[from, to)` and follows `parent`.
    public static long of(long parent, int[] tokens, int from, int to) {
        return RandomSource.mix(TokenHash.extend(RandomSource.mix(parent + TokenHash.EMPTY), tokens, from, to));
    }
}
