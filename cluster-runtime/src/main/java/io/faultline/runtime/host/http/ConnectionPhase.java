package io.faultline.runtime.host.http;

/// What a connection is doing.
///
/// | phase | what happens | it ends with |
/// |---|---|---|
/// | Waiting | no request, or half a head | a head: Receiving, Lingering; a time-out: Closed |
/// | Receiving | the body arrives | its end: Serving; too large, too slow: Lingering |
/// | Serving | an endpoint works on the answer | the response: Waiting, Closed; client gone or too slow: Closed |
/// | Lingering | refused; what still comes is thrown away | the client's end, a time-out: Closed |
/// | Closed | nothing | never |
sealed interface ConnectionPhase {
    record Waiting() implements ConnectionPhase {}

    /// @param verdict an endpoint, or a refusal that only waits for the request's end
    /// @param untilNanos when the body must be complete
    record Receiving(HeadCheck.Verdict verdict, Body body, long untilNanos) implements ConnectionPhase {}

    record Serving(Exchange exchange) implements ConnectionPhase {}

    record Lingering() implements ConnectionPhase {}

    record Closed() implements ConnectionPhase {}
}
