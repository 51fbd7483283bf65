package io.faultline.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.RandomSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8DecoderTest {
    private final StringBuilder text = new StringBuilder();
    private final Utf8Decoder decoder = new Utf8Decoder();

    @Test
    void joinsACharacterThatIsCutAnywhere() {
        byte[] bytes = "é€😀".getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            decoder.accept(new byte[] {b}, text::appendCodePoint);
        }
        decoder.finish(text::appendCodePoint);

        assertThat(text).hasToString("é€😀");
    }

    @Test
    void releasesACharacterOnlyWhenItIsComplete() {
        decoder.accept(new byte[] {(byte) 0xF0, (byte) 0x9F, (byte) 0x98}, text::appendCodePoint);
        assertThat(text).isEmpty();

        decoder.accept(new byte[] {(byte) 0x80}, text::appendCodePoint);
        assertThat(text).hasToString("😀");
    }

    @Test
    void replacesAnIncompleteCharacterAtTheEnd() {
        decoder.accept(new byte[] {'a', (byte) 0xE2, (byte) 0x82}, text::appendCodePoint);
        decoder.finish(text::appendCodePoint);

        assertThat(text).hasToString("a\uFFFD");
    }

    @Test
    void replacesEachByteOfAnEncodedSurrogate() {
        decoder.accept(new byte[] {(byte) 0xED, (byte) 0xB7, (byte) 0x9F}, text::appendCodePoint);

        assertThat(text).hasToString("\uFFFD\uFFFD\uFFFD");
    }

    /// Goal: any bytes, cut anywhere, decode as the JDK decodes them whole. Method: random bytes drawn mostly from
    /// those
    /// that begin, continue or break a UTF-8 sequence; but no encoded surrogates, for which the JDK does not follow
    /// Unicode's recommendation.
    @Test
    void agreesWithTheJdkOnAnyBytesAndAnyCut() {
        int[] telling = {
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF1, 0xF4,
            0xF5, 0xFF
        };
        RandomSource random = new RandomSource(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte)
                        (random.nextBoolean(0.8) ? telling[random.nextInt(telling.length)] : random.nextInt(256));
                if (i > 0 && bytes[i - 1] == (byte) 0xED && (bytes[i] & 0xE0) == 0xA0) {
                    bytes[i] = (byte) 0x80;
                }
            }
            Utf8Decoder fresh = new Utf8Decoder();
            StringBuilder decoded = new StringBuilder();
            int from = 0;
            while (from < bytes.length) {
                int to = from + 1 + random.nextInt(bytes.length - from);
                fresh.accept(Arrays.copyOfRange(bytes, from, to), decoded::appendCodePoint);
                from = to;
            }
            fresh.finish(decoded::appendCodePoint);

            assertThat(decoded)
                    .as("round %s: %s", round, Arrays.toString(bytes))
                    .hasToString(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
