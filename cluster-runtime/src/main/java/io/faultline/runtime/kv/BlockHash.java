package io.faultline.runtime.kv;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/// Names a full block by its tokens and everything before them: equal hashes mean equal prefixes, so a block found
/// under its hash can be reused as it is. The only place that knows the hash function, which is Dynamo's: XXH3-64
/// with the seed 1337. The local hash is over the block's tokens as little-endian 32-bit words; the sequence hash of a
/// first block is its local hash, that of any other is over its parent's sequence hash and its own local hash as two
/// little-endian 64-bit words.
public final class BlockHash {
    /// The parent of a sequence's first block.
    public static final long ROOT = 0;

    private static final Hasher64 XXH3 = Hashing.xxh3_64(1337);

    private BlockHash() {}

    /// The hash of the block's own tokens `tokens[from, to)`.
    public static long local(int[] tokens, int from, int to) {
        return XXH3.hashBytesToLong(tokens, (long) from * Integer.BYTES, (long) (to - from) * Integer.BYTES, WORDS);
    }

    /// The hash of the block with that local hash, after `parent`.
    public static long sequence(long parent, long local) {
        return parent == ROOT ? local : XXH3.hashLongLongToLong(parent, local);
    }

    /// The sequence hash of the block that holds `tokens[from, to)` and follows `parent`.
    public static long of(long parent, int[] tokens, int from, int to) {
        return sequence(parent, local(tokens, from, to));
    }

    /// The sequence hashes of a prompt's full blocks, the first one first. Tokens after the last full block have none.
    public static long[] ofPrompt(int[] tokens, int blockTokens) {
        long[] hashes = new long[tokens.length / blockTokens];
        long parent = ROOT;
        for (int i = 0; i < hashes.length; i++) {
            parent = of(parent, tokens, i * blockTokens, (i + 1) * blockTokens);
            hashes[i] = parent;
        }
        return hashes;
    }

    /// Tokens as the bytes of little-endian words, without a copy.
    private static final ByteAccess<int[]> WORDS = new ByteAccess<>() {
        @Override
        public byte getByte(int[] tokens, long at) {
            return (byte) (tokens[(int) (at >>> 2)] >>> (8 * (int) (at & 3)));
        }

        @Override
        public int getInt(int[] tokens, long at) {
            return (at & 3) == 0 ? tokens[(int) (at >>> 2)] : ByteAccess.super.getInt(tokens, at);
        }

        @Override
        public long getLong(int[] tokens, long at) {
            if ((at & 3) != 0) {
                return ByteAccess.super.getLong(tokens, at);
            }
            int word = (int) (at >>> 2);
            return (tokens[word] & 0xFFFF_FFFFL) | (long) tokens[word + 1] << 32;
        }
    };
}
