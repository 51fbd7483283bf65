package io.faultline.runtime.host.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Decodes one request at a time. While a request is being served ([#pause]) the connection is still read, so that a
/// client that leaves is noticed, but what it sends ahead stays undecoded, up to a bound; beyond it reading stops, and
/// the kernel is asked every now and then whether the client is still there.
/// Header lines that are continued on the next line, which Netty would join, are refused. Confined to the connection's
/// event loop.
final class StrictRequestDecoder extends HttpRequestDecoder {
    private enum Mode {
        DECODING,
        PAUSED,
        DISCARDING
    }

    private static final long LOOK_MILLIS = 200;
    /// Linux, include/net/tcp_states.h: the other side has ended its part.
    private static final int TCP_CLOSE_WAIT = 8;

    private final int pipelinedBytesMax;
    private final Listener listener;
    private final FoldScanner folds = new FoldScanner();
    private Mode mode = Mode.DECODING;
    private boolean inRead;
    private @Nullable ChannelHandlerContext context;

    interface Listener {
        /// Bytes arrived that belong to the request that is being received.
        void onBytes();

        /// A header is continued on the next line. Nothing more is decoded.
        void onFoldedHeader();
    }

    StrictRequestDecoder(HttpFrontendConfig.Limits limits, Listener listener) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.initialLineBytesMax())
                .setMaxHeaderSize(limits.headerBytesMax())
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setValidateHeaders(true));
        this.pipelinedBytesMax = limits.pipelinedBytesMax();
        this.listener = listener;
    }

    /// Decodes nothing more until [#resume].
    void pause() {
        if (mode == Mode.DECODING) {
            mode = Mode.PAUSED;
            folds.restart();
        }
    }

    void resume() throws Exception {
        ChannelHandlerContext ctx = context;
        if (mode != Mode.PAUSED || ctx == null) {
            return;
        }
        mode = Mode.DECODING;
        ctx.channel().config().setAutoRead(true);
        // Inside a read the decoder goes on by itself; outside, it needs a push to look at what it holds.
        if (!inRead && actualReadableBytes() > 0) {
            listener.onBytes();
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
        }
    }

    /// Throws away everything that comes from now on.
    void discard() {
        mode = Mode.DISCARDING;
        if (context != null) {
            context.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        if (mode == Mode.DISCARDING) {
            ReferenceCountUtil.release(msg);
            return;
        }
        if (mode == Mode.DECODING) {
            listener.onBytes();
        }
        inRead = true;
        try {
            super.channelRead(ctx, msg);
        } finally {
            inRead = false;
        }
        if (mode == Mode.PAUSED && actualReadableBytes() > pipelinedBytesMax) {
            ctx.channel().config().setAutoRead(false);
            lookForClient(ctx);
        }
    }

    /// The end of what a client sends lies behind what is not read. Where the kernel cannot be asked, it is seen later.
    private void lookForClient(ChannelHandlerContext ctx) {
        var _ = ctx.executor()
                .schedule(
                        () -> {
                            if (mode == Mode.PAUSED
                                    && ctx.channel().isActive()
                                    && !ctx.channel().config().isAutoRead()) {
                                if (hasLeft(ctx.channel())) {
                                    var _ = ctx.close();
                                } else {
                                    lookForClient(ctx);
                                }
                            }
                        },
                        LOOK_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    private static boolean hasLeft(Channel channel) {
        return channel instanceof EpollSocketChannel epoll && epoll.tcpInfo().state() == TCP_CLOSE_WAIT;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        switch (mode) {
            case DECODING -> {
                if (folds.findsFold(in)) {
                    discard();
                    in.skipBytes(in.readableBytes());
                    listener.onFoldedHeader();
                } else {
                    int before = in.readerIndex();
                    super.decode(ctx, in, out);
                    folds.consumed(in.readerIndex() - before);
                }
            }
            case PAUSED -> {
                // What is left stays where it is.
            }
            case DISCARDING -> in.skipBytes(in.readableBytes());
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (mode == Mode.DECODING) {
            super.decodeLast(ctx, in, out);
        } else {
            in.skipBytes(in.readableBytes());
        }
    }

    /// Two ways to say where a request ends are how one request is passed off as two.
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
