package io.faultline.runtime.request;

/// How a request ended. Exactly one of these is delivered for every request that was submitted.
public sealed interface Outcome {
    /// @param workers the instances that served it, in order; more than one after migrations
    record Completed(FinishReason reason, Usage usage, java.util.List<Long> workers) implements Outcome {}

    record Failed(RequestError error) implements Outcome {}

    /// Nobody waits for the answer any more.
    record Cancelled(StopReason reason) implements Outcome {}

    /// Refused before any work was done.
    /// @param retryAfterSeconds a hint for the client, at least 1
    record Rejected(RequestError error, int retryAfterSeconds) implements Outcome {}
}
