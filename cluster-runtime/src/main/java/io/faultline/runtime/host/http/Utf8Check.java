package io.faultline.runtime.host.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Whether bytes are a document in UTF-8, to the letter: the JSON parser guesses other encodings and lets
/// over-long forms and surrogates pass, which the next one in the chain may read differently. Stateless.
final class Utf8Check {
    private static final int CHARS = 8192;

    private Utf8Check() {}

    static boolean isUtf8Document(byte[] bytes, int length) {
        return !looksLikeAnotherEncoding(bytes, length) && isUtf8(bytes, length);
    }

    /// A document begins with two characters of ASCII, or is one of them.
    private static boolean looksLikeAnotherEncoding(byte[] bytes, int length) {
        boolean hasByteOrderMark =
                length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        return hasByteOrderMark || length >= 1 && bytes[0] == 0 || length >= 2 && bytes[1] == 0;
    }

    private static boolean isUtf8(byte[] bytes, int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        CharBuffer out = CharBuffer.allocate(Math.min(length + 1, CHARS));
        CoderResult result = decoder.decode(in, out, true);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        return result.isUnderflow();
    }
}
