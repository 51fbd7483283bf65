package io.faultline.runtime.text;

import io.faultline.runtime.seam.RandomSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// A tokeniser for one text that is cut as a test wants it: token i is piece i.
final class Pieces implements Tokenizer {
    private final List<byte[]> pieces;

    Pieces(String... pieces) {
        this(Arrays.stream(pieces)
                .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    private Pieces(List<byte[]> pieces) {
        this.pieces = pieces;
    }

    /// Two pieces.
    static Pieces of(byte[] bytes, int cut) {
        return new Pieces(List.of(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length)));
    }

    /// Pieces of 0 to 5 bytes.
    static Pieces of(byte[] bytes, RandomSource random) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + random.nextInt(6));
            pieces.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return new Pieces(pieces);
    }

    @Override
    public int[] encode(String text) {
        throw new UnsupportedOperationException("only decodes");
    }

    @Override
    public byte[] bytes(int token) {
        return pieces.get(token);
    }

    @Override
    public int longestTokenBytes() {
        return 5;
    }

    @Override
    public int vocabulary() {
        return pieces.size();
    }

    @Override
    public int endOfSequence() {
        throw new UnsupportedOperationException("only decodes");
    }

    @Override
    public OptionalInt special(String marker) {
        return OptionalInt.empty();
    }
}
