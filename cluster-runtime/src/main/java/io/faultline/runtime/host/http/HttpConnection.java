package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.StopReason;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client connection: receives a request, has it served, and only then receives the next one.
///
/// | phase | what happens | it ends with |
/// |---|---|---|
/// | Waiting | no request, or half a head | a head: Receiving, Lingering; a time-out: Closed |
/// | Receiving | the body arrives | its end: Serving; too large, too slow: Lingering |
/// | Serving | an endpoint works on the answer | the response: Waiting, Closed; client gone or too slow: Closed |
/// | Lingering | refused while the client still sends; what comes is thrown away | the client's end, a time-out: Closed
/// |
/// | Closed | nothing | never |
///
/// A client that closes its sending side is taken for gone: its request is cancelled at once. Confined to the
/// connection's event loop except where said otherwise.
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpFrontendConfig config;
    private final HeadCheck heads;
    private final BodyBudget budget;
    private final ServerStage stage;
    private final StrictRequestDecoder decoder;
    private final Channel channel;
    private final Deadline deadline;
    private final Deadline writeDeadline;
    private Phase phase = new Phase.Waiting();
    private boolean headBegun;

    HttpConnection(Channel channel, HttpFrontendConfig config, HeadCheck heads, BodyBudget budget, ServerStage stage) {
        this.channel = channel;
        this.config = config;
        this.heads = heads;
        this.budget = budget;
        this.stage = stage;
        this.decoder = new StrictRequestDecoder(config.limits(), new StrictRequestDecoder.Listener() {
            @Override
            public void onBytes() {
                HttpConnection.this.onBytes();
            }

            @Override
            public void onFoldedHeader() {
                refuseUnread(HeadCheck.bad("A header is one line."));
            }
        });
        this.deadline = new Deadline(channel.eventLoop(), this::onDeadline);
        this.writeDeadline = new Deadline(channel.eventLoop(), this::onWriteStalled);
    }

    private sealed interface Phase {
        record Waiting() implements Phase {}

        /// @param verdict an endpoint, or a refusal that only waits for the request's end
        /// @param untilNanos when the body must be complete
        record Receiving(HeadCheck.Verdict verdict, Body body, long untilNanos) implements Phase {}

        record Serving(Exchange exchange) implements Phase {}

        record Lingering() implements Phase {}

        record Closed() implements Phase {}
    }

    /// Adds the connection's handlers to its pipeline.
    void install() {
        channel.pipeline().addLast(decoder, this);
    }

    // ---- used by the exchange, from any thread unless said otherwise

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    int retryAfterSeconds() {
        return config.retryAfterSeconds();
    }

    void write(JsonBytes out) {
        var _ = channel.writeAndFlush(out.toBuffer(channel.alloc()), channel.voidPromise());
    }

    long pendingBytes() {
        long overLowMark = channel.bytesBeforeWritable();
        return overLowMark == Long.MAX_VALUE ? 0 : overLowMark;
    }

    void onEventLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
        } else {
            channel.eventLoop().execute(task);
        }
    }

    void after(long delayNanos, Runnable task) {
        var _ = channel.eventLoop().schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    void abort() {
        onEventLoop(this::close);
    }

    void finish(Exchange exchange) {
        onEventLoop(() -> finished(exchange));
    }

    /// Closes the connection, after the response that is being made, if any. From any thread.
    void drain() {
        onEventLoop(() -> {
            switch (phase) {
                case Phase.Serving(Exchange exchange) -> exchange.closeAfterwards();
                case Phase.Waiting _, Phase.Receiving _ -> close();
                case Phase.Lingering _, Phase.Closed _ -> {
                    // It closes by itself.
                }
            }
        });
    }

    // ---- receiving

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline.set(config.timeouts().headNanos());
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        try {
            if (!(msg instanceof HttpObject part)
                    || phase instanceof Phase.Lingering
                    || phase instanceof Phase.Closed) {
                return;
            }
            if (part.decoderResult().isFailure()) {
                refuseFraming(part.decoderResult().cause());
                return;
            }
            if (part instanceof HttpRequest request && phase instanceof Phase.Waiting) {
                onHead(request);
            }
            if (part instanceof HttpContent content && phase instanceof Phase.Receiving receiving) {
                onBody(receiving, content);
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private void onBytes() {
        if (!headBegun && phase instanceof Phase.Waiting) {
            headBegun = true;
            deadline.set(config.timeouts().headNanos());
        }
    }

    private void onHead(HttpRequest request) {
        headBegun = false;
        HeadCheck.Verdict verdict = heads.check(request);
        RequestHead head = verdict.head();
        if (verdict instanceof HeadCheck.Verdict.Refused refused && refused.closes()) {
            refuseAndLinger(head, refused);
            return;
        }
        if (head.awaitsContinue() && head.hasBody()) {
            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
        }
        Body body = new Body(budget, config.limits().bodyBytesMax(), head.bodyBytes());
        phase = new Phase.Receiving(
                verdict, body, deadline.now() + config.timeouts().bodyNanos());
        deadline.set(config.timeouts().bodyIdleNanos());
    }

    private void onBody(Phase.Receiving receiving, HttpContent content) {
        RequestHead head = receiving.verdict().head();
        switch (receiving.body().add(content.content())) {
            case OK -> {
                if (content instanceof LastHttpContent) {
                    onRequest(receiving);
                } else {
                    long left = receiving.untilNanos() - deadline.now();
                    deadline.set(Math.min(config.timeouts().bodyIdleNanos(), left));
                }
            }
            case TOO_LARGE -> {
                receiving.body().drop();
                refuseAndLinger(head, refused(head, heads.tooLarge()));
            }
            case NO_ROOM -> {
                receiving.body().drop();
                refuseAndLinger(head, refused(head, HeadCheck.noRoom()));
            }
        }
    }

    private void onRequest(Phase.Receiving receiving) {
        decoder.pause();
        Exchange exchange = new Exchange(this, receiving.verdict().head(), receiving.body());
        if (stage.isDraining()) {
            exchange.closeAfterwards();
        }
        phase = new Phase.Serving(exchange);
        deadline.set(config.timeouts().requestNanos() + config.timeouts().frontendNanos());
        switch (receiving.verdict()) {
            case HeadCheck.Verdict.Accepted accepted -> accepted.endpoint().serve(exchange);
            case HeadCheck.Verdict.Refused refused -> exchange.refuse(refused.refusal(), allow(refused));
        }
    }

    // ---- responding

    private void finished(Exchange exchange) {
        if (!(phase instanceof Phase.Serving(Exchange serving)) || serving != exchange) {
            return;
        }
        exchange.body().drop();
        if (!exchange.keepsAlive()) {
            closeAfterFlush();
            return;
        }
        phase = new Phase.Waiting();
        headBegun = false;
        deadline.set(config.timeouts().idleNanos());
        try {
            decoder.resume();
        } catch (Exception e) {
            fail(e);
        }
    }

    private static HeadCheck.Verdict.Refused refused(RequestHead head, Refusal refusal) {
        return new HeadCheck.Verdict.Refused(head, refusal, null, true);
    }

    private static String allow(HeadCheck.Verdict.Refused refused) {
        return refused.allow() == null ? "" : "allow: " + refused.allow() + "\r\n";
    }

    private void refuseFraming(Throwable cause) {
        if (phase instanceof Phase.Serving) {
            return;
        }
        if (phase instanceof Phase.Receiving(var _, Body body, long _)) {
            body.drop();
        }
        refuseUnread(HeadCheck.malformed(cause, phase instanceof Phase.Waiting));
    }

    /// Refuses a request whose head could not be read or came too late.
    private void refuseUnread(Refusal refusal) {
        RequestHead head = RequestHead.unread();
        refuseAndLinger(head, refused(head, refusal));
    }

    /// Responds although the client may still be sending. The connection closes for writing at once, and for reading
    /// a little later: closing with unread input would reset it, and the client might never see the response.
    private void refuseAndLinger(RequestHead head, HeadCheck.Verdict.Refused refused) {
        decoder.discard();
        phase = new Phase.Lingering();
        deadline.set(config.timeouts().lingerNanos());
        Exchange exchange = new Exchange(this, head, new Body(budget, 0, 0));
        exchange.closeAfterwards();
        exchange.refuse(refused.refusal(), allow(refused));
        ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (channel instanceof DuplexChannel duplex) {
            written.addListener(_ -> {
                var _ = duplex.shutdownOutput();
            });
        }
    }

    private void closeAfterFlush() {
        phase = new Phase.Lingering();
        decoder.discard();
        deadline.set(config.timeouts().writeNanos());
        ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        written.addListener(_ -> close());
    }

    // ---- time-outs and ends

    private void onDeadline() {
        switch (phase) {
            case Phase.Waiting _ -> {
                if (headBegun) {
                    refuseUnread(Refusal.protocol(408, "timeout", "The request's head took too long."));
                } else {
                    close();
                }
            }
            case Phase.Receiving(HeadCheck.Verdict verdict, Body body, long _) -> {
                body.drop();
                refuseAndLinger(
                        verdict.head(),
                        refused(verdict.head(), Refusal.protocol(408, "timeout", "The body took too long.")));
            }
            case Phase.Serving(Exchange exchange) -> {
                // The frontend ends every request by its deadline; its loop must be stuck or gone.
                LOG.warn("request {} got no end from the frontend in time", exchange.id());
                exchange.closeAfterwards();
                if (!exchange.refuse(Refusal.of(ErrorType.DEADLINE_EXCEEDED, "The request took too long."))) {
                    close();
                }
                exchange.abandon(StopReason.OPERATOR);
            }
            case Phase.Lingering _ -> close();
            case Phase.Closed _ -> {
                // Too late to matter.
            }
        }
    }

    private void onWriteStalled() {
        if (phase instanceof Phase.Serving(Exchange exchange)) {
            exchange.abandon(StopReason.CLIENT_TOO_SLOW);
        }
        close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            writeDeadline.clear();
        } else {
            writeDeadline.set(config.timeouts().writeNanos());
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.clear();
        writeDeadline.clear();
        Phase last = phase;
        phase = new Phase.Closed();
        switch (last) {
            case Phase.Receiving(var _, Body body, long _) -> body.drop();
            case Phase.Serving(Exchange exchange) -> exchange.abandon(StopReason.CLIENT_GONE);
            case Phase.Waiting _, Phase.Lingering _, Phase.Closed _ -> {
                // Nothing is under way.
            }
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }

    private void fail(Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection {} broke: {}", channel.remoteAddress(), cause.getMessage());
        } else {
            LOG.error("connection {} is given up", channel.remoteAddress(), cause);
        }
        close();
    }

    private void close() {
        var _ = channel.close();
    }
}
