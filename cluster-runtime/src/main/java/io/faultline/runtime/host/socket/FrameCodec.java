package io.faultline.runtime.host.socket;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.kv.KvEvent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import io.faultline.runtime.transport.Frame;
import io.netty.buffer.ByteBuf;
import java.util.List;

/// A [Frame] as bytes: its kind in one byte, then its components in their order. What is written reads back equal;
/// anything else is a [MalformedFrame]. The kinds' numbers never change their meaning.
///
/// Error types travel by name, because their table grows at any place; one that this side does not know is
/// [ErrorType#INTERNAL], so that a newer worker's refusal is still a refusal.
public final class FrameCodec {
    private static final int OPEN_STREAM = 1;
    private static final int CANCEL_STREAM = 2;
    private static final int TOKENS = 3;
    private static final int PREFILLED = 4;
    private static final int STREAM_FINISHED = 5;
    private static final int STREAM_FAILED = 6;
    private static final int PING = 7;
    private static final int PONG = 8;
    private static final int HEARTBEAT = 9;
    private static final int LOAD_REPORT = 10;
    private static final int KV_FOLLOW = 11;
    private static final int KV_EVENTS = 12;
    private static final int KV_CONTENT = 13;
    private static final int KV_HEAD = 14;
    private static final int ROUTE_QUERY = 15;
    private static final int ROUTE_ANSWER = 16;
    private static final int ROUTE_UNKNOWN = 17;
    private static final int SEQUENCE_STARTED = 18;
    private static final int SEQUENCE_PREFILLED = 19;
    private static final int SEQUENCE_OVER = 20;
    private static final int HAND_OVER_OFFER = 32;
    private static final int HAND_OVER_VERDICT = 33;
    private static final int HAND_OVER_BLOCKS = 34;
    private static final int HAND_OVER_TAKEN = 35;

    private static final FinishReason[] FINISH_REASONS = {FinishReason.STOP, FinishReason.LENGTH};

    private FrameCodec() {}

    /// Appends the frame, without a length.
    public static void encode(Frame frame, ByteBuf out) {
        FrameWriter to = new FrameWriter(out);
        var _ = switch (frame) {
            case Frame.OpenStream(long stream, GenerateRequest request) ->
                request(to.number(OPEN_STREAM).number(stream), request);
            case Frame.CancelStream(long stream, boolean drop) ->
                to.number(CANCEL_STREAM).number(stream).flag(drop);
            case Frame.Tokens(long[] streams, int[] tokens, int[] positions) ->
                to.number(TOKENS).numbers(streams).numbers(tokens).numbers(positions);
            case Frame.Prefilled(long stream, int cachedTokens) ->
                to.number(PREFILLED).number(stream).number(cachedTokens);
            case Frame.StreamFinished(long stream, FinishReason reason) ->
                to.number(STREAM_FINISHED).number(stream).number(code(reason));
            case Frame.StreamFailed(long stream, ErrorType type, String message) ->
                to.number(STREAM_FAILED).number(stream).text(type.name()).text(message);
            case Frame.Ping(long number) -> to.number(PING).number(number);
            case Frame.Pong(long number, boolean ready) ->
                to.number(PONG).number(number).flag(ready);
            case Frame.Heartbeat() -> to.number(HEARTBEAT);
            case Frame.LoadReport(long lastStream, EngineLoad load) ->
                to.number(LOAD_REPORT)
                        .number(lastStream)
                        .number(load.running())
                        .number(load.waiting())
                        .number(load.usedBlocks())
                        .number(load.cachedBlocks())
                        .number(load.pendingPrefillTokens());
            case Frame.HandOver handOver -> handOver(to, handOver);
            case Frame.Kv kv -> kv(to, kv);
            case Frame.Route route -> route(to, route);
        };
    }

    private static FrameWriter kv(FrameWriter to, Frame.Kv frame) {
        return switch (frame) {
            case Frame.KvFollow(long question, long epoch, long next) ->
                to.number(KV_FOLLOW).number(question).fixed(epoch).number(next);
            case Frame.KvEvents(long question, long epoch, long first, List<KvEvent> events) ->
                KvEventCodec.write(
                        to.number(KV_EVENTS).number(question).fixed(epoch).number(first), events);
            case Frame.KvContent(long question, long epoch, long next, int part, int parts, long[] blocks) ->
                to.number(KV_CONTENT)
                        .number(question)
                        .fixed(epoch)
                        .number(next)
                        .number(part)
                        .number(parts)
                        .fixeds(blocks);
            case Frame.KvHead(long epoch, long next) ->
                to.number(KV_HEAD).fixed(epoch).number(next);
        };
    }

    private static FrameWriter route(FrameWriter to, Frame.Route frame) {
        return switch (frame) {
            case Frame.RouteQuery(
                    long sequence,
                    String request,
                    int attempt,
                    String model,
                    int tokens,
                    long[] blocks,
                    long[] excluded) ->
                to.number(ROUTE_QUERY)
                        .number(sequence)
                        .text(request)
                        .number(attempt)
                        .text(model)
                        .number(tokens)
                        .fixeds(blocks)
                        .fixeds(excluded);
            case Frame.RouteAnswer(long sequence, long instance, int overlapBlocks, double cost) ->
                to.number(ROUTE_ANSWER)
                        .number(sequence)
                        .fixed(instance)
                        .number(overlapBlocks)
                        .fixed(cost);
            case Frame.RouteUnknown(long sequence, String why) ->
                to.number(ROUTE_UNKNOWN).number(sequence).text(why);
            case Frame.SequenceStarted(
                    long sequence,
                    long instance,
                    int prefillTokens,
                    long[] blocks,
                    boolean hasTail) ->
                to.number(SEQUENCE_STARTED)
                        .number(sequence)
                        .fixed(instance)
                        .number(prefillTokens)
                        .fixeds(blocks)
                        .flag(hasTail);
            case Frame.SequencePrefilled(long sequence) ->
                to.number(SEQUENCE_PREFILLED).number(sequence);
            case Frame.SequenceOver(long sequence) -> to.number(SEQUENCE_OVER).number(sequence);
        };
    }

    /// Reads all of `in` as one frame.
    public static Frame decode(ByteBuf in) throws MalformedFrame {
        FrameReader from = new FrameReader(in);
        Frame frame = read(from.octet(), from);
        from.end();
        return frame;
    }

    private static Frame read(int kind, FrameReader from) throws MalformedFrame {
        return switch (kind) {
            case OPEN_STREAM -> new Frame.OpenStream(stream(from), request(from));
            case CANCEL_STREAM -> new Frame.CancelStream(stream(from), from.flag());
            case TOKENS -> tokens(from);
            case PREFILLED -> new Frame.Prefilled(stream(from), from.integer());
            case STREAM_FINISHED -> new Frame.StreamFinished(stream(from), finishReason(from.octet()));
            case STREAM_FAILED -> new Frame.StreamFailed(stream(from), errorType(from.text()), from.text());
            case PING -> new Frame.Ping(from.number());
            case PONG -> new Frame.Pong(from.number(), from.flag());
            case HEARTBEAT -> new Frame.Heartbeat();
            case LOAD_REPORT ->
                new Frame.LoadReport(
                        from.number(),
                        new EngineLoad(from.integer(), from.integer(), from.integer(), from.integer(), from.integer()));
            case KV_FOLLOW -> new Frame.KvFollow(from.number(), from.fixed(), from.number());
            case KV_EVENTS -> new Frame.KvEvents(from.number(), from.fixed(), from.number(), KvEventCodec.read(from));
            case KV_CONTENT ->
                new Frame.KvContent(
                        from.number(), from.fixed(), from.number(), from.integer(), from.integer(), from.fixeds());
            case KV_HEAD -> new Frame.KvHead(from.fixed(), from.number());
            case ROUTE_QUERY ->
                new Frame.RouteQuery(
                        stream(from),
                        from.text(),
                        from.integer(),
                        from.text(),
                        from.integer(),
                        from.fixeds(),
                        from.fixeds());
            case ROUTE_ANSWER -> new Frame.RouteAnswer(stream(from), from.fixed(), from.integer(), from.fixedDouble());
            case ROUTE_UNKNOWN -> new Frame.RouteUnknown(stream(from), from.text());
            case SEQUENCE_STARTED ->
                new Frame.SequenceStarted(stream(from), from.fixed(), from.integer(), from.fixeds(), from.flag());
            case SEQUENCE_PREFILLED -> new Frame.SequencePrefilled(stream(from));
            case SEQUENCE_OVER -> new Frame.SequenceOver(stream(from));
            case HAND_OVER_OFFER ->
                new Frame.HandOverOffer(
                        stream(from), from.text(), from.integer(), from.fixed(), from.fixed(), from.integer());
            case HAND_OVER_VERDICT -> new Frame.HandOverVerdict(stream(from), from.flag());
            case HAND_OVER_BLOCKS ->
                new Frame.HandOverBlocks(stream(from), from.fixed(), from.numbers(), from.number(), from.flag());
            case HAND_OVER_TAKEN -> new Frame.HandOverTaken(stream(from), from.integer(), from.flag());
            default -> throw new MalformedFrame("no frame is of kind " + kind);
        };
    }

    private static FrameWriter handOver(FrameWriter to, Frame.HandOver handOver) {
        return switch (handOver) {
            case Frame.HandOverOffer(long transfer, String request, int attempt, long epoch, long by, int delivery) ->
                to.number(HAND_OVER_OFFER)
                        .number(transfer)
                        .text(request)
                        .number(attempt)
                        .fixed(epoch)
                        .fixed(by)
                        .number(delivery);
            case Frame.HandOverVerdict(long transfer, boolean wanted) ->
                to.number(HAND_OVER_VERDICT).number(transfer).flag(wanted);
            case Frame.HandOverBlocks(long transfer, long parent, long[] hashes, long bytes, boolean last) ->
                to.number(HAND_OVER_BLOCKS)
                        .number(transfer)
                        .fixed(parent)
                        .numbers(hashes)
                        .number(bytes)
                        .flag(last);
            case Frame.HandOverTaken(long transfer, int blocks, boolean used) ->
                to.number(HAND_OVER_TAKEN).number(transfer).number(blocks).flag(used);
        };
    }

    private static FrameWriter request(FrameWriter to, GenerateRequest request) {
        StopConditions stop = request.stop();
        SamplingOptions sampling = request.sampling();
        return to.text(request.requestId())
                .number(request.attempt())
                .text(request.model())
                .numbers(request.tokens())
                .number(stop.maxTokens())
                .number(stop.minTokens())
                .flag(stop.ignoreEos())
                .texts(stop.stopStrings())
                .fixed(sampling.temperature())
                .fixed(sampling.topP())
                .fixed(sampling.seed())
                .number(request.priority())
                .number(request.movableTokensMax());
    }

    private static GenerateRequest request(FrameReader from) throws MalformedFrame {
        return new GenerateRequest(
                from.text(),
                from.integer(),
                from.text(),
                from.integers(),
                stop(from),
                sampling(from),
                from.integer(),
                from.integer());
    }

    private static StopConditions stop(FrameReader from) throws MalformedFrame {
        try {
            return new StopConditions(
                    from.integer(), from.integer(), from.flag(), from.texts(StopConditions.STOP_STRINGS_MAX));
        } catch (BrokenInvariant e) {
            throw new MalformedFrame("stop conditions that cannot be: " + e.getMessage());
        }
    }

    private static SamplingOptions sampling(FrameReader from) throws MalformedFrame {
        return new SamplingOptions(from.fixedDouble(), from.fixedDouble(), from.fixed());
    }

    private static Frame tokens(FrameReader from) throws MalformedFrame {
        long[] streams = from.numbers();
        int[] tokens = from.integers();
        int[] positions = from.integers();
        if (tokens.length != streams.length || positions.length != streams.length) {
            throw new MalformedFrame(
                    streams.length + " streams, " + tokens.length + " tokens and " + positions.length + " positions");
        }
        return new Frame.Tokens(streams, tokens, positions);
    }

    /// Streams are counted from 1.
    private static long stream(FrameReader from) throws MalformedFrame {
        long stream = from.number();
        if (stream <= 0) {
            throw new MalformedFrame("no stream has the number " + stream);
        }
        return stream;
    }

    private static int code(FinishReason reason) {
        return switch (reason) {
            case STOP -> 0;
            case LENGTH -> 1;
        };
    }

    private static FinishReason finishReason(int code) throws MalformedFrame {
        if (code >= FINISH_REASONS.length) {
            throw new MalformedFrame("no stream finishes for reason " + code);
        }
        return FINISH_REASONS[code];
    }

    private static ErrorType errorType(String name) {
        try {
            return ErrorType.valueOf(name);
        } catch (IllegalArgumentException _) {
            return ErrorType.INTERNAL;
        }
    }
}
