package io.faultline.sim.cluster;

import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.StopReason;

/// What clients and frontends say to each other over the modelled network; stands for the HTTP API and its streams
/// of server-sent events. Streams are numbered by the client, from 1. Immutable.
sealed interface ApiMessage {

    /// Client to frontend.
    record Submit(long stream, InferenceRequest request) implements ApiMessage {}

    /// Client to frontend.
    record Cancel(long stream, StopReason reason) implements ApiMessage {}

    /// Frontend to client: everything that one turn of the frontend had for this client. `streams[i]` got
    /// `tokens[i]` and `texts[i]`.
    record Deltas(long[] streams, int[] tokens, String[] texts) implements ApiMessage {}

    /// Frontend to client.
    record Ended(long stream, Outcome outcome, String tail) implements ApiMessage {}
}
