package io.faultline.runtime.frontend;

import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.InferenceRequest.Message;
import io.faultline.runtime.request.InferenceRequest.Prompt;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.text.ChatTemplate;
import io.faultline.runtime.text.Tokenizer;
import java.util.List;

/// Makes the tokens of a prompt, and refuses prompts that no tokens can make fit: what is far too long is refused
/// by its length alone, since tokenising it would hold up every other stream of the frontend. Immutable.
record PromptEncoder(ChatTemplate template, Tokenizer tokenizer) {
    sealed interface Encoding {
        record Encoded(int[] tokens) implements Encoding {}

        record Refused(RequestError error) implements Encoding {}
    }

    Encoding encode(Prompt prompt, int contextTokens) {
        long charsMax = (long) contextTokens * tokenizer.longestTokenBytes();
        return switch (prompt) {
            case Prompt.Chat(List<Message> messages) -> {
                long chars = 0;
                for (Message message : messages) {
                    chars += message.content().length();
                }
                yield chars > charsMax
                        ? tooLong("messages", chars, contextTokens)
                        : new Encoding.Encoded(template.encode(messages, tokenizer));
            }
            case Prompt.Text(String text) ->
                text.length() > charsMax
                        ? tooLong("prompt", text.length(), contextTokens)
                        : checked(tokenizer.encode(text));
            case Prompt.Tokens(int[] tokens) -> checked(tokens);
        };
    }

    private Encoding checked(int[] tokens) {
        if (tokens.length == 0) {
            return refused("prompt", "the prompt is empty");
        }
        for (int token : tokens) {
            if (token < 0 || token >= tokenizer.vocabulary()) {
                return refused(
                        "prompt",
                        "the prompt has the token " + token + ", but the model's tokens end at "
                                + (tokenizer.vocabulary() - 1));
            }
        }
        return new Encoding.Encoded(tokens);
    }

    private static Encoding tooLong(String field, long chars, int contextTokens) {
        return refused(
                field,
                "the model's context is " + contextTokens + " tokens, which the prompt's " + chars
                        + " characters cannot fit into; shorten it");
    }

    private static Encoding refused(String field, String message) {
        return new Encoding.Refused(new RequestError(ErrorType.INVALID_ARGUMENT, message, field));
    }
}
