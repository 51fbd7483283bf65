package io.faultline.runtime.text;

import io.faultline.runtime.request.InferenceRequest.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// How the messages of a chat become the prompt of a model. Stateless.
///
/// [#CHATML] puts each message between `<|im_start|>` with the role and `<|im_end|>`, and ends with the head of the
/// assistant's message, which the model then writes.
public enum ChatTemplate {
    CHATML("chatml");

    private static final String START = "<|im_start|>";
    private static final String END = "<|im_end|>";
    private static final String ASSISTANT = "assistant\n";

    private final String label;

    ChatTemplate(String label) {
        this.label = label;
    }

    /// The name used in model configurations.
    public String label() {
        return label;
    }

    /// The template of that name, if there is one.
    public static Optional<ChatTemplate> named(String name) {
        return Arrays.stream(values())
                .filter(template -> template.label.equals(name))
                .findFirst();
    }

    /// The prompt as text. For people and logs: a message that contains a marker looks like two messages here, so
    /// prompts for a model come from [#encode].
    public String render(List<Message> messages) {
        StringBuilder prompt = new StringBuilder();
        for (Message message : messages) {
            prompt.append(START).append(body(message)).append(END).append('\n');
        }
        return prompt.append(START).append(ASSISTANT).toString();
    }

    /// The prompt as tokens. Markers become special tokens where the tokeniser has them; markers written in a
    /// message stay ordinary text.
    public int[] encode(List<Message> messages, Tokenizer tokenizer) {
        Prompt prompt = new Prompt(tokenizer);
        for (Message message : messages) {
            prompt.marker(START);
            prompt.text(body(message));
            prompt.marker(END);
            prompt.text("\n");
        }
        prompt.marker(START);
        prompt.text(ASSISTANT);
        return prompt.tokens();
    }

    private static String body(Message message) {
        return message.role() + '\n' + message.content();
    }

    private static final class Prompt {
        private final Tokenizer tokenizer;
        private int[] tokens = new int[64];
        private int length;

        Prompt(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        void marker(String marker) {
            OptionalInt special = tokenizer.special(marker);
            if (special.isPresent()) {
                append(new int[] {special.getAsInt()});
            } else {
                text(marker);
            }
        }

        void text(String text) {
            append(tokenizer.encode(text));
        }

        int[] tokens() {
            return Arrays.copyOf(tokens, length);
        }

        private void append(int[] more) {
            if (length + more.length > tokens.length) {
                tokens = Arrays.copyOf(tokens, Math.max(tokens.length * 2, length + more.length));
            }
            System.arraycopy(more, 0, tokens, length, more.length);
            length += more.length;
        }
    }
}
