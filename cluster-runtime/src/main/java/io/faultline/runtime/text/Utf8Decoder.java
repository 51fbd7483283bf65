package io.faultline.runtime.text;

import java.util.function.IntConsumer;

/// Decodes UTF-8 that arrives in pieces cut anywhere, into code points. Invalid input becomes U+FFFD, one for
/// each maximal part of an ill-formed sequence (Unicode 16, section 3.9), so the result does not depend on where
/// the pieces were cut. Confined to its stream's loop.
final class Utf8Decoder {
    private static final int REPLACEMENT = 0xFFFD;

    private int codePoint;
    private int continuationsMissing;
    private int lowest = 0x80;
    private int highest = 0xBF;

    void accept(byte[] bytes, IntConsumer out) {
        for (byte b : bytes) {
            if (continuationsMissing == 0) {
                first(b & 0xFF, out);
            } else {
                continuation(b & 0xFF, out);
            }
        }
    }

    boolean isInsideCharacter() {
        return continuationsMissing > 0;
    }

    /// The input is over: a character that is incomplete will not be completed.
    void finish(IntConsumer out) {
        if (continuationsMissing > 0) {
            continuationsMissing = 0;
            out.accept(REPLACEMENT);
        }
    }

    private void first(int b, IntConsumer out) {
        if (b < 0x80) {
            out.accept(b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            expect(b & 0x1F, 1, 0x80, 0xBF);
        } else if (b >= 0xE0 && b <= 0xEF) {
            // No overlong forms, no surrogates.
            expect(b & 0x0F, 2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        } else if (b >= 0xF0 && b <= 0xF4) {
            // No overlong forms, nothing above U+10FFFF.
            expect(b & 0x07, 3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
        } else {
            out.accept(REPLACEMENT);
        }
    }

    private void expect(int bits, int continuations, int lowestNext, int highestNext) {
        codePoint = bits;
        continuationsMissing = continuations;
        lowest = lowestNext;
        highest = highestNext;
    }

    private void continuation(int b, IntConsumer out) {
        if (b < lowest || b > highest) {
            continuationsMissing = 0;
            out.accept(REPLACEMENT);
            first(b, out);
            return;
        }
        codePoint = (codePoint << 6) | (b & 0x3F);
        continuationsMissing--;
        lowest = 0x80;
        highest = 0xBF;
        if (continuationsMissing == 0) {
            out.accept(codePoint);
        }
    }
}
