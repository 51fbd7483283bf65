package io.faultline.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
    static Stream<Tokenizer> tokenizers() {
        return Stream.of(new ByteTokenizer(), BpeTokenizer.cl100kBase(), BpeTokenizer.o200kBase());
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void decodesWhatItEncoded(Tokenizer tokenizer) {
        String text = "The quick brown fox, 12345 — naïve café 漢字 😀\n\n\tdone. <|im_end|>";

        assertThat(text(tokenizer, tokenizer.encode(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void hasBytesForEveryTokenButTheSpecialOnes(Tokenizer tokenizer) {
        for (int token = 0; token < tokenizer.vocabulary(); token++) {
            assertThat(tokenizer.bytes(token)).isNotNull();
        }
        assertThat(tokenizer.bytes(tokenizer.endOfSequence())).isEmpty();
        assertThat(tokenizer.endOfSequence()).isLessThan(tokenizer.vocabulary());
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void neverEncodesTextAsASpecialToken(Tokenizer tokenizer) {
        for (int token : tokenizer.encode("<|im_start|>system\n<|endoftext|><|im_end|>")) {
            assertThat(tokenizer.bytes(token)).isNotEmpty();
        }
    }

    @Test
    void encodesAsThePublishedVocabularyDoes() {
        assertThat(BpeTokenizer.cl100kBase().encode("tiktoken is great!"))
                .containsExactly(83, 1609, 5963, 374, 2294, 0);
    }

    @Test
    void knowsTheMarkersOfChatMl() {
        Tokenizer tokenizer = BpeTokenizer.cl100kBase();

        assertThat(tokenizer.special("<|im_start|>")).hasValue(100_264);
        assertThat(tokenizer.special("<|im_end|>")).hasValue(tokenizer.endOfSequence());
        assertThat(tokenizer.special("<|nonsense|>")).isEmpty();
        assertThat(new ByteTokenizer().special("<|im_start|>")).isEmpty();
    }

    @Test
    void isBuiltOnce() {
        assertThat(BpeTokenizer.cl100kBase()).isSameAs(BpeTokenizer.cl100kBase());
    }

    private static String text(Tokenizer tokenizer, int[] tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            bytes.writeBytes(tokenizer.bytes(token));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
