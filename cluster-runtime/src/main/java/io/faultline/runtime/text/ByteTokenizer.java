package io.faultline.runtime.text;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/// Every byte of the UTF-8 text is a token, as in ByT5 (Xue et al., "ByT5: towards a token-free future", TACL
/// 2022); one more token ends the answer. Costs nothing to build and nothing to look up: for simulations and
/// tests. Immutable.
public final class ByteTokenizer implements Tokenizer {
    private static final int BYTES = 256;
    private static final byte[][] TABLE = table();

    @Override
    public int[] encode(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[utf8.length];
        for (int i = 0; i < utf8.length; i++) {
            tokens[i] = utf8[i] & 0xFF;
        }
        return tokens;
    }

    @Override
    public byte[] bytes(int token) {
        return TABLE[token];
    }

    @Override
    public int longestTokenBytes() {
        return 1;
    }

    @Override
    public int vocabulary() {
        return BYTES + 1;
    }

    @Override
    public int endOfSequence() {
        return BYTES;
    }

    @Override
    public OptionalInt special(String marker) {
        return OptionalInt.empty();
    }

    private static byte[][] table() {
        byte[][] table = new byte[BYTES + 1][];
        for (int i = 0; i < BYTES; i++) {
            table[i] = new byte[] {(byte) i};
        }
        table[BYTES] = new byte[0];
        return table;
    }
}
