package io.faultline.runtime.text;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// Byte-pair encoding with the vocabularies that OpenAI publishes, extended by the ChatML markers, for which both
/// leave room. Building one takes a good part of a second and some megabytes, so each is built once, when it is
/// first asked for, and shared. Immutable.
public final class BpeTokenizer implements Tokenizer {
    private static final byte[] NO_BYTES = {};

    private final Encoding encoding;
    private final byte[][] bytesOf;
    private final int longestTokenBytes;
    private final Map<String, Integer> specials;
    private final int endOfSequence;

    private BpeTokenizer(EncodingType type, int ordinaryTokens, Map<String, Integer> specials) {
        this.encoding = Encodings.newLazyEncodingRegistry().getEncoding(type);
        this.specials = specials;
        this.endOfSequence = specials.getOrDefault("<|im_end|>", ordinaryTokens);
        int vocabulary = ordinaryTokens;
        for (int special : specials.values()) {
            vocabulary = Math.max(vocabulary, special + 1);
        }
        this.bytesOf = table(encoding, ordinaryTokens, vocabulary);
        int longest = 1;
        for (byte[] bytes : bytesOf) {
            longest = Math.max(longest, bytes.length);
        }
        this.longestTokenBytes = longest;
    }

    /// 100 256 ordinary tokens: the smaller and quicker one, the default.
    public static BpeTokenizer cl100kBase() {
        return Cl100kBase.SHARED;
    }

    /// 199 998 ordinary tokens: better with languages other than English.
    public static BpeTokenizer o200kBase() {
        return O200kBase.SHARED;
    }

    @Override
    public int[] encode(String text) {
        return encoding.encodeOrdinary(text).toArray();
    }

    @Override
    public byte[] bytes(int token) {
        return bytesOf[token];
    }

    @Override
    public int longestTokenBytes() {
        return longestTokenBytes;
    }

    @Override
    public int vocabulary() {
        return bytesOf.length;
    }

    @Override
    public int endOfSequence() {
        return endOfSequence;
    }

    @Override
    public OptionalInt special(String marker) {
        Integer token = specials.get(marker);
        return token == null ? OptionalInt.empty() : OptionalInt.of(token);
    }

    private static byte[][] table(Encoding encoding, int ordinaryTokens, int vocabulary) {
        byte[][] table = new byte[vocabulary][];
        IntArrayList one = new IntArrayList(1);
        one.add(0);
        for (int token = 0; token < vocabulary; token++) {
            if (token < ordinaryTokens) {
                one.set(0, token);
                table[token] = encoding.decodeBytes(one);
            } else {
                table[token] = NO_BYTES;
            }
        }
        return table;
    }

    private static Map<String, Integer> markers(int endOfText, int start, int end) {
        Map<String, Integer> markers = new LinkedHashMap<>();
        markers.put("<|endoftext|>", endOfText);
        markers.put("<|im_start|>", start);
        markers.put("<|im_end|>", end);
        return markers;
    }

    private static final class Cl100kBase {
        private static final BpeTokenizer SHARED =
                new BpeTokenizer(EncodingType.CL100K_BASE, 100_256, markers(100_257, 100_264, 100_265));
    }

    private static final class O200kBase {
        private static final BpeTokenizer SHARED =
                new BpeTokenizer(EncodingType.O200K_BASE, 199_998, markers(199_999, 200_006, 200_007));
    }
}
