package io.faultline.runtime.request;

/// What a worker is asked to do: one attempt of one request. Immutable; `tokens` must not be changed.
///
/// @param requestId the client's request, the same in all attempts
/// @param attempt 0 for the first, counted up by migrations
/// @param model name of the model
/// @param tokens prompt, followed by the tokens that earlier attempts delivered
/// @param stop what is left of the stop conditions; stop strings are matched by the processor, not by the worker
/// @param sampling unchanged between attempts
/// @param priority larger goes first
/// @param movableTokensMax longest sequence that the sender would still continue elsewhere, in tokens; 0 = a worker
/// that
///     lets go of it fails it
public record GenerateRequest(
        String requestId,
        int attempt,
        String model,
        int[] tokens,
        StopConditions stop,
        SamplingOptions sampling,
        int priority,
        int movableTokensMax) {

    /// Whether it can be continued elsewhere however far it has come.
    public boolean isMovable() {
        return (long) tokens.length + stop.maxTokens() <= movableTokensMax;
    }
}
