package io.faultline.runtime.transport;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.kv.KvEvent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import java.util.List;

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

    /// Between a router and a worker: what is in the worker's KV cache. See [io.faultline.runtime.kv.KvPublisher] and
    /// [io.faultline.runtime.kv.KvSubscription].
    sealed interface Kv extends Frame {}

    /// Router to worker: tell me what I lack, and what happens from now on.
    /// @param question its number, from 1; repeated in the answer
    /// @param epoch the worker's life that the router knows something of; 0 = none
    /// @param next number of the first event that it does not know
    record KvFollow(long question, long epoch, long next) implements Kv {}

    /// Worker to router: events that follow each other.
    /// @param question that they answer; 0 = they just happened
    /// @param first number of the first of them
    record KvEvents(long question, long epoch, long first, List<KvEvent> events) implements Kv {}

    /// Worker to router, an answer: one of `parts` parts of the cache's content before event `next`.
    record KvContent(long question, long epoch, long next, int part, int parts, long[] blocks) implements Kv {}

    /// Worker to router, at an interval: so many events there have been.
    record KvHead(long epoch, long next) implements Kv {}

    /// Between a frontend and a router. Sequences, which are attempts of requests, are numbered by the frontend, from
    /// 1, and never again.
    sealed interface Route extends Frame {}

    /// Frontend to router: which worker?
    /// @param tokens prompt, and what was delivered
    /// @param blocks sequence hashes of its full blocks
    /// @param excluded instances that the frontend does not want, in ascending order
    record RouteQuery(
            long sequence, String request, int attempt, String model, int tokens, long[] blocks, long[] excluded)
            implements Route {}

    /// Router to frontend. The router counts the sequence as that worker's until it hears otherwise.
    /// @param overlapBlocks leading blocks that the worker holds, as far as the router knows
    record RouteAnswer(long sequence, long instance, int overlapBlocks, double cost) implements Route {}

    /// Router to frontend: it knows nobody for that query.
    record RouteUnknown(long sequence, String why) implements Route {}

    /// Frontend to every router: this sequence is on that worker, whoever chose it.
    /// @param prefillTokens of its prompt that the worker has to compute still, as far as is known
    /// @param blocks sequence hashes of its full blocks
    /// @param hasTail whether it goes on after them
    record SequenceStarted(long sequence, long instance, int prefillTokens, long[] blocks, boolean hasTail)
            implements Route {}

    /// Frontend to every router: its prompt is computed.
    record SequencePrefilled(long sequence) implements Route {}

    /// Frontend to every router: it is over, or was never sent to a worker.
    record SequenceOver(long sequence) implements Route {}
    /// KV blocks on their way from a prefill worker, which opened the connection, to a decode worker. Transfers are
    /// numbered by the prefill worker, from 1, and never again on that connection.
    sealed interface HandOver extends Frame {
        long transfer();
    }

    /// Prefill worker to decode worker: I am at this prompt of yours; do you want it?
    /// @param epoch the decode worker's life that asked for it
    /// @param from the prefill worker's instance
    /// @param delivery how often the job was delivered; a later one replaces an earlier one
    record HandOverOffer(long transfer, String request, int attempt, long epoch, long from, int delivery)
            implements HandOver {}

    /// Decode worker to prefill worker, once in answer to the offer and again at any time later when it changes its
    /// mind: `wanted` = send the blocks as soon as they are there; otherwise drop them.
    record HandOverVerdict(long transfer, boolean wanted) implements HandOver {}

    /// Prefill worker to decode worker: the next blocks.
    /// @param parent hash of the block before the first of these
    /// @param hashes their sequence hashes
    /// @param bytes that their keys and values take
    /// @param last whether there are no more
    record HandOverBlocks(long transfer, long parent, long[] hashes, long bytes, boolean last) implements HandOver {}

    /// Decode worker to prefill worker: what was sent so far has arrived.
    /// @param blocks so many
    /// @param used whether they are all there and in use: the job is done
    record HandOverTaken(long transfer, int blocks, boolean used) implements HandOver {}
}
