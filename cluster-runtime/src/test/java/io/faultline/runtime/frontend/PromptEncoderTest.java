package io.faultline.runtime.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.frontend.PromptEncoder.Encoding;
import io.faultline.runtime.request.InferenceRequest.Message;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.text.BpeTokenizer;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.text.ChatTemplate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptEncoderTest {
    private final PromptEncoder bytes = new PromptEncoder(ChatTemplate.CHATML, new ByteTokenizer());

    @Test
    void aTextThatFitsBecomesTokens() {
        assertThat(bytes.encode(new Prompt.Text("hi"), 2)).isInstanceOf(Encoding.Encoded.class);
    }

    @Test
    void aTextThatCannotFitIsRefusedByItsLength() {
        assertThat(refusedField(bytes, new Prompt.Text("abc"), 2)).isEqualTo("prompt");
        assertThat(refusedField(bytes, new Prompt.Chat(List.of(new Message("user", "abc"))), 2))
                .isEqualTo("messages");
    }

    @Test
    void theLongestTokenDecidesWhatCannotFit() {
        PromptEncoder words = new PromptEncoder(ChatTemplate.CHATML, BpeTokenizer.cl100kBase());
        int longest = BpeTokenizer.cl100kBase().longestTokenBytes();

        assertThat(longest).isGreaterThan(16);
        assertThat(words.encode(new Prompt.Text("a".repeat(longest)), 1)).isInstanceOf(Encoding.Encoded.class);
        assertThat(refusedField(words, new Prompt.Text("a".repeat(longest + 1)), 1))
                .isEqualTo("prompt");
    }

    @Test
    void tokensAreThoseOfTheModel() {
        int last = new ByteTokenizer().vocabulary() - 1;

        assertThat(bytes.encode(new Prompt.Tokens(new int[] {0, last}), 8)).isInstanceOf(Encoding.Encoded.class);
        assertThat(refusedField(bytes, new Prompt.Tokens(new int[] {0, last + 1}), 8))
                .isEqualTo("prompt");
        assertThat(refusedField(bytes, new Prompt.Tokens(new int[] {-1}), 8)).isEqualTo("prompt");
        assertThat(refusedField(bytes, new Prompt.Tokens(new int[] {}), 8)).isEqualTo("prompt");
    }

    private static String refusedField(PromptEncoder encoder, Prompt prompt, int contextTokens) {
        Encoding encoding = encoder.encode(prompt, contextTokens);
        assertThat(encoding).isInstanceOf(Encoding.Refused.class);
        return ((Encoding.Refused) encoding).error().field();
    }
}
