package io.faultline.runtime.transport;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;

/// A message of the request plane. Stream ids are chosen by the side that opened the connection, from 1
/// upwards, and are never reused on that connection. Immutable; array contents must not be changed after
/// sending.
public sealed interface Frame {

    /// Client to worker: generate tokens for this request.
    record OpenStream(long stream, GenerateRequest request) implements Frame {}

    /// Client to worker: this stream's tokens are no longer wanted. `drop` = kill (stop work now); otherwise
    /// stop (finish cleanly with what is there).
    record CancelStream(long stream, boolean drop) implements Frame {}

    /// Worker to client: the tokens of one engine step for all streams of this connection. `streams[i]` got
    /// `tokens[i]`; the index of `tokens[i]` in its attempt is `positions[i]`, from 0.
    record Tokens(long[] streams, int[] tokens, int[] positions) implements Frame {}

    /// Worker to client: the stream's prompt is computed; its first tokens follow.
    /// @param cachedTokens prompt tokens whose KV blocks were found in the worker's cache
    record Prefilled(long stream, int cachedTokens) implements Frame {}

    /// Worker to client: the stream is complete.
    record StreamFinished(long stream, FinishReason reason) implements Frame {}

    /// Worker to client: the stream ended without completing.
    record StreamFailed(long stream, ErrorType type, String message) implements Frame {}

    /// Either way: are you there? `ready` of the answer says whether the node takes new work.
    record Ping(long number) implements Frame {}

    record Pong(long number, boolean ready) implements Frame {}

    /// Either way, from who had nothing else to say for its heartbeat interval while streams are open.
    record Heartbeat() implements Frame {}

    /// Worker to client, at once on every connection and then as the load changes: how loaded the engine is.
    /// @param lastStream the newest stream of this connection that `load` contains; the client adds what it opened
    ///     since to what it knows of this worker
    record LoadReport(long lastStream, EngineLoad load) implements Frame {}
}
