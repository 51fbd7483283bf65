package io.faultline.runtime.request;

import java.util.List;

/// A client's request as the frontend hands it to the processor, before templates and tokens.
///
/// @param id unique; a UUID when it came over HTTP
/// @param model name of the model
/// @param prompt what to continue
/// @param stop when to end; `maxTokens` < 0 is not allowed, the frontend fills in what the context leaves
/// @param sampling how to draw
/// @param endpoint which API it came through (for metrics)
/// @param streaming whether the client wants deltas (for metrics; the answer arrives in deltas anyway)
/// @param priority larger goes first; 0 is normal
/// @param tenant whose request it is, for a fair share under overload: a name derived from the API key or the
///     `user` field; empty = nobody's in particular
/// @param deadlineNanos time allowed from arrival to the end, at least 1
public record InferenceRequest(
        String id,
        String model,
        Prompt prompt,
        StopConditions stop,
        SamplingOptions sampling,
        ApiEndpoint endpoint,
        boolean streaming,
        int priority,
        String tenant,
        long deadlineNanos) {

    /// What the client sent as input.
    public sealed interface Prompt {
        /// Messages, to be put through the model's chat template.
        record Chat(List<Message> messages) implements Prompt {
            public Chat {
                messages = List.copyOf(messages);
            }
        }

        /// Text to continue as it is.
        record Text(String text) implements Prompt {}

        /// Tokens to continue as they are; the array must not be changed.
        record Tokens(int[] tokens) implements Prompt {}
    }

    /// @param role system, developer, user, assistant or tool
    public record Message(String role, String content) {}
}
