package io.faultline.runtime.host.bench;

import io.faultline.runtime.host.SocketIo;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Clients that each keep one stream open, over and over on one connection, and look at when its chunks come.
/// They begin one after the other over the length of a stream. All on one event loop; [#snapshot] and
/// [#close] may be called from any other thread.
final class StreamClients implements AutoCloseable {
    private static final int STREAM_LIMIT = 2;

    private final SocketIo io = SocketIo.best();
    private final EventLoop loop = io.loop("clients");
    private final byte[] request;
    private final long paceNanos;
    private final List<Channel> channels = new ArrayList<>();
    private final Gaps gaps = new Gaps();
    private long chunks;
    private long streams;
    private long broken;
    private volatile boolean closing;

    /// What happened up to now.
    /// @param chunks events with text
    /// @param streams that ended well
    /// @param broken connections that ended, or streams that were refused
    record Snapshot(long atNanos, long chunks, long streams, long broken, Gaps gaps) {
        /// What happened from `before` to now.
        Snapshot since(Snapshot before) {
            return new Snapshot(
                    atNanos - before.atNanos,
                    chunks - before.chunks,
                    streams - before.streams,
                    broken - before.broken,
                    gaps.since(before.gaps));
        }
    }

    StreamClients(int port, int count, int chunksOfAStream, long paceNanos) {
        this.paceNanos = paceNanos;
        String body = "{\"model\":\"" + FrontendProgram.MODEL
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story about a lighthouse.\"}],"
                + "\"stream\":true,\"ignore_eos\":true,\"max_tokens\":" + chunksOfAStream + "}\n";
        this.request = ("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n"
                        + "content-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(io.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Client());
                        channels.add(channel);
                    }
                });
        for (int i = 0; i < count; i++) {
            var _ = loop.schedule(
                    () -> {
                        var _ = bootstrap.connect("127.0.0.1", port);
                    },
                    paceNanos * chunksOfAStream * i / count,
                    TimeUnit.NANOSECONDS);
        }
    }

    Snapshot snapshot() {
        CompletableFuture<Snapshot> seen = new CompletableFuture<>();
        loop.execute(() -> seen.complete(new Snapshot(System.nanoTime(), chunks, streams, broken, gaps.copy())));
        return seen.join();
    }

    @Override
    public void close() {
        closing = true;
        loop.submit(() -> {
                    for (Channel channel : channels) {
                        var _ = channel.close();
                    }
                })
                .syncUninterruptibly();
        var _ = loop.parent().shutdownGracefully(0, STREAM_LIMIT, TimeUnit.SECONDS);
    }

    /// Reads what comes without taking it apart: a text is known by its key, an event by its empty line, and
    /// the end of a stream by its last bytes. A piece may begin anywhere.
    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        /// How a text begins; it is in no other event, since the role comes with `"content":""`.
        private static final String TEXT = "t\":\" ";
        private static final String END = "[DONE]";

        private int textMatched;
        private int endMatched;
        private long lastNanos;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ask(context);
        }

        private void ask(ChannelHandlerContext context) {
            lastNanos = 0;
            var _ = context.writeAndFlush(Unpooled.wrappedBuffer(request), context.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            int before = textMatched;
            long found = 0;
            boolean ended = false;
            for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
                byte b = bytes.getByte(i);
                textMatched = b == TEXT.charAt(textMatched) ? textMatched + 1 : b == TEXT.charAt(0) ? 1 : 0;
                if (textMatched == TEXT.length()) {
                    found++;
                    textMatched = 0;
                }
                endMatched = b == END.charAt(endMatched) ? endMatched + 1 : b == END.charAt(0) ? 1 : 0;
                if (endMatched == END.length()) {
                    ended = true;
                    endMatched = 0;
                }
            }
            chunks += found;
            if (found > 0) {
                long now = System.nanoTime();
                if (lastNanos > 0) {
                    gaps.add(now - lastNanos, paceNanos);
                }
                lastNanos = now;
            } else if (before == 0 && !ended && lastNanos == 0 && isRefusal(bytes)) {
                broken++;
                var _ = context.close();
            }
            if (ended) {
                streams++;
                // The end of the body may be one piece behind; a server takes what is sent ahead.
                ask(context);
            }
        }

        private static boolean isRefusal(ByteBuf bytes) {
            int from = bytes.readerIndex();
            return bytes.readableBytes() > 12 && bytes.getByte(from) == 'H' && bytes.getByte(from + 9) != '2';
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!closing) {
                broken++;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
