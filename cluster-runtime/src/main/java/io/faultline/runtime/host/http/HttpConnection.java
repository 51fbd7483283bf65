package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.StopReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client connection: receives a request, has it served, and only then receives the next one.
///
/// [ConnectionPhase] says what it is doing and what may come next.
///
/// A client that closes its sending side is taken for gone: its request is cancelled at once. Confined to the
/// connection's event loop except where said otherwise.
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpFrontendConfig config;
    private final HeadCheck heads;
    private final BodyBudget budget;
    private final ServerStage stage;
    private final StrictRequestDecoder decoder;
    private final Channel channel;
    private final Deadline deadline;
    private final ClientWriter writer;
    private ConnectionPhase phase = new ConnectionPhase.Waiting();
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
        this.writer = new ClientWriter(channel, config.timeouts().writeNanos(), stage.unsent(), this::onWriteStalled);
    }

    /// Adds the connection's handlers to its pipeline.
    void install() {
        channel.pipeline().addLast(decoder, this);
    }

    // ---- used by the exchange, from any thread unless said otherwise

    ClientWriter writer() {
        return writer;
    }

    int retryAfterSeconds() {
        return config.retryAfterSeconds();
    }

    void onEventLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
            return;
        }
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException _) {
            // The server has stopped, and the connection with it.
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
                case ConnectionPhase.Serving(Exchange exchange) -> exchange.closeAfterwards();
                case ConnectionPhase.Waiting _, ConnectionPhase.Receiving _ -> close();
                case ConnectionPhase.Lingering _, ConnectionPhase.Closed _ -> {
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
                    || phase instanceof ConnectionPhase.Lingering
                    || phase instanceof ConnectionPhase.Closed) {
                return;
            }
            if (part.decoderResult().isFailure()) {
                refuseFraming(part.decoderResult().cause());
                return;
            }
            if (part instanceof HttpRequest request && phase instanceof ConnectionPhase.Waiting) {
                onHead(request);
            }
            if (part instanceof HttpContent content && phase instanceof ConnectionPhase.Receiving receiving) {
                onBody(receiving, content);
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private void onBytes() {
        if (!headBegun && phase instanceof ConnectionPhase.Waiting) {
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
        Body body = new Body(budget, config.limits().bodyBytesMax(), head.bodyBytes());
        if (!body.reserve()) {
            refuseAndLinger(head, refused(verdict, HeadCheck.noRoom()));
            return;
        }
        if (head.awaitsContinue() && head.hasBody()) {
            writer.sayContinue();
        }
        phase = new ConnectionPhase.Receiving(
                verdict, body, deadline.now() + config.timeouts().bodyNanos());
        deadline.set(config.timeouts().bodyIdleNanos());
    }

    private void onBody(ConnectionPhase.Receiving receiving, HttpContent content) {
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
                refuseAndLinger(head, refused(receiving.verdict(), heads.tooLarge()));
            }
            case NO_ROOM -> {
                receiving.body().drop();
                refuseAndLinger(head, refused(receiving.verdict(), HeadCheck.noRoom()));
            }
        }
    }

    private void onRequest(ConnectionPhase.Receiving receiving) {
        decoder.pause();
        Exchange exchange = new Exchange(this, receiving.verdict().head(), receiving.body());
        if (stage.isDraining()) {
            exchange.closeAfterwards();
        }
        phase = new ConnectionPhase.Serving(exchange);
        deadline.set(config.timeouts().requestNanos() + config.timeouts().frontendNanos());
        switch (receiving.verdict()) {
            case HeadCheck.Verdict.Accepted accepted -> accepted.endpoint().serve(exchange);
            case HeadCheck.Verdict.Refused refused -> {
                stage.refused(refused);
                exchange.refuse(refused.refusal(), allow(refused));
            }
        }
    }

    // ---- responding

    private void finished(Exchange exchange) {
        exchange.body().drop();
        if (!(phase instanceof ConnectionPhase.Serving(Exchange serving)) || serving != exchange) {
            return;
        }
        if (!exchange.keepsAlive()) {
            closeAfterFlush();
            return;
        }
        phase = new ConnectionPhase.Waiting();
        headBegun = false;
        deadline.set(config.timeouts().idleNanos());
        try {
            decoder.resume();
        } catch (Exception e) {
            fail(e);
        }
    }

    /// Refuses after all what the head alone let pass.
    private static HeadCheck.Verdict.Refused refused(HeadCheck.Verdict verdict, Refusal refusal) {
        Endpoint endpoint = verdict instanceof HeadCheck.Verdict.Accepted accepted ? accepted.endpoint() : null;
        return new HeadCheck.Verdict.Refused(verdict.head(), refusal, null, true, endpoint, false);
    }

    private static String allow(HeadCheck.Verdict.Refused refused) {
        return refused.allow() == null ? "" : "allow: " + refused.allow() + "\r\n";
    }

    private void refuseFraming(Throwable cause) {
        if (phase instanceof ConnectionPhase.Serving) {
            return;
        }
        if (phase instanceof ConnectionPhase.Receiving(var _, Body body, long _)) {
            body.drop();
        }
        refuseUnread(HeadCheck.malformed(cause, phase instanceof ConnectionPhase.Waiting));
    }

    /// Refuses a request whose head could not be read or came too late.
    private void refuseUnread(Refusal refusal) {
        RequestHead head = RequestHead.unread();
        refuseAndLinger(head, HeadCheck.Verdict.Refused.unrouted(head, refusal, null, true));
    }

    /// Responds although the client may still be sending. The connection closes for writing at once, and for
    /// reading a little later: closing with unread input would reset it, and the client might never see the
    /// response.
    private void refuseAndLinger(RequestHead head, HeadCheck.Verdict.Refused refused) {
        decoder.discard();
        phase = new ConnectionPhase.Lingering();
        deadline.set(config.timeouts().lingerNanos());
        Exchange exchange = new Exchange(this, head, new Body(budget, 0, 0));
        exchange.closeAfterwards();
        stage.refused(refused);
        exchange.refuse(refused.refusal(), allow(refused));
        writer.endAfterFlush();
    }

    private void closeAfterFlush() {
        phase = new ConnectionPhase.Lingering();
        decoder.discard();
        deadline.set(config.timeouts().writeNanos());
        writer.closeAfterFlush();
    }

    // ---- time-outs and ends

    private void onDeadline() {
        switch (phase) {
            case ConnectionPhase.Waiting _ -> {
                if (headBegun) {
                    refuseUnread(Refusal.protocol(408, "timeout", "The request's head took too long."));
                } else {
                    close();
                }
            }
            case ConnectionPhase.Receiving(HeadCheck.Verdict verdict, Body body, long _) -> {
                body.drop();
                refuseAndLinger(
                        verdict.head(), refused(verdict, Refusal.protocol(408, "timeout", "The body took too long.")));
            }
            case ConnectionPhase.Serving(Exchange exchange) -> {
                // The frontend ends every request by its deadline; its loop must be stuck or gone.
                LOG.warn("request {} got no end from the frontend in time", exchange.id());
                exchange.closeAfterwards();
                if (!exchange.refuse(Refusal.of(ErrorType.DEADLINE_EXCEEDED, "The request took too long."))) {
                    close();
                }
                exchange.abandon(StopReason.OPERATOR);
            }
            case ConnectionPhase.Lingering _ -> close();
            case ConnectionPhase.Closed _ -> {
                // Too late to matter.
            }
        }
    }

    private void onWriteStalled() {
        stage.wire().clientTooSlow();
        if (phase instanceof ConnectionPhase.Serving(Exchange exchange)) {
            exchange.abandon(StopReason.CLIENT_TOO_SLOW);
        }
        close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writer.onWritabilityChanged();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.clear();
        writer.onGone();
        ConnectionPhase last = phase;
        phase = new ConnectionPhase.Closed();
        switch (last) {
            case ConnectionPhase.Receiving(var _, Body body, long _) -> body.drop();
            case ConnectionPhase.Serving(Exchange exchange) -> exchange.abandon(StopReason.CLIENT_GONE);
            case ConnectionPhase.Waiting _, ConnectionPhase.Lingering _, ConnectionPhase.Closed _ -> {
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
