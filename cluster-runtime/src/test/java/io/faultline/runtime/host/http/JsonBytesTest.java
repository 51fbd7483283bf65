package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonBytesTest {
    private static final JsonMapper JACKSON = new JsonMapper();

    @Test
    void everyCharacterComesBack() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                String text = "a" + Character.toString(point) + "z";
                assertThat(JACKSON.readValue(written(text), String.class)).isEqualTo(text);
            }
        }
    }

    @Test
    void longTextsComeBack() {
        for (int length : new int[] {1023, 1024, 1025, 5000}) {
            String text =
                    "\uD83D\uDE00".repeat(length) + "\u0002".repeat(length) + "x".repeat(length) + "é".repeat(length);
            assertThat(JACKSON.readValue(written(text), String.class)).isEqualTo(text);
            assertThat(JACKSON.readValue(written("x" + text), String.class)).isEqualTo("x" + text);
        }
    }

    @Test
    void halvesOfSurrogatePairsBecomeReplacementCharacters() {
        assertThat(text("a\uD83D")).isEqualTo("\"a\uFFFD\"");
        assertThat(text("\uDE00z")).isEqualTo("\"\uFFFDz\"");
        assertThat(text("\uD83D\uD83D\uDE00")).isEqualTo("\"\uFFFD\uD83D\uDE00\"");
    }

    @Test
    void escapesAreTheShortOnesWhereThereAreAny() {
        assertThat(text("\"\\/\n\r\t\b\u001f\u007f")).isEqualTo("\"\\\"\\\\/\\n\\r\\t\\u0008\\u001f\u007f\"");
    }

    @Test
    void hexadecimalNumbersArePatchedIn() {
        JsonBytes out = new JsonBytes(1).ascii("a");
        int at = out.skip(6);
        out.ascii("z").patchHex(at, 6, 0xBEEF);

        assertThat(new String(out.toArray(), StandardCharsets.US_ASCII)).isEqualTo("a00beefz");
    }

    @Test
    void aClearedArrayIsUsedAgainUnlessItIsHuge() {
        JsonBytes out = new JsonBytes(16);
        byte[] huge = new byte[2_000_000];
        Arrays.fill(huge, (byte) 'x');
        out.raw(huge).clear().ascii("small");

        assertThat(out.toArray()).hasSize(5);
    }

    private static byte[] written(String text) {
        return new JsonBytes(1).string(text).toArray();
    }

    private static String text(String text) {
        return new String(written(text), StandardCharsets.UTF_8);
    }
}
