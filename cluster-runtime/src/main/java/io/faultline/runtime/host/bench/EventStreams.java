package io.faultline.runtime.host.bench;

import io.faultline.runtime.host.SocketIo;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A model server reduced to its output, for nginx to relay: answers every request with an event stream of as
/// many chunks of the same size as the frontend's, at the same pace and in the same batches. A process of its
/// own; confined to its loop.
final class EventStreams {
    private static final byte[] HEAD = ascii(String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "content-type: text/event-stream",
            "transfer-encoding: chunked",
            "cache-control: no-cache",
            "",
            ""));
    private static final String ID = "{\"id\":\"chatcmpl-00000000-0000-0000-0000-000000000000\","
            + "\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"" + FrontendProgram.MODEL
            + "\",\"choices\":[{\"index\":0,";
    private static final ByteBuf FIRST =
            chunk(event("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}", "null") + text());
    private static final ByteBuf NEXT = chunk(text());
    private static final ByteBuf LAST = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(
            chunk(text() + event("\"delta\":{}", "\"length\"") + "data: [DONE]\n\n"),
            Unpooled.wrappedBuffer(ascii("0\r\n\r\n"))));

    private final EventLoop loop;
    private final int chunks;
    private final List<Stream> streams = new ArrayList<>();

    private EventStreams(EventLoop loop, int chunks) {
        this.loop = loop;
        this.chunks = chunks;
    }

    private static final class Stream {
        private final Channel channel;
        private int sent;

        Stream(Channel channel) {
            this.channel = channel;
        }
    }

    private static String text() {
        return event("\"delta\":{\"content\":\" abcd\"}", "null");
    }

    private static String event(String delta, String finish) {
        return "data: " + ID + delta + ",\"logprobs\":null,\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static ByteBuf chunk(String content) {
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer().writeBytes(ascii("%07x\r\n%s\r\n".formatted(content.length(), content))));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Arguments: how many batches, the pace in nanoseconds, chunks of a stream.
    public static void main(String[] arguments) {
        int batches = Integer.parseInt(arguments[0]);
        long paceNanos = Long.parseLong(arguments[1]);
        int chunks = Integer.parseInt(arguments[2]);
        SocketIo io = SocketIo.best();
        EventLoop loop = io.loop("streams");
        List<EventStreams> all = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            EventStreams batch = new EventStreams(loop, chunks);
            all.add(batch);
            long phase = paceNanos * i / batches;
            loop.execute(() -> batch.tickAt(System.nanoTime() + phase, paceNanos));
        }
        Channel listening = new ServerBootstrap()
                .group(loop)
                .channel(io.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    private int next;

                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Requests(all.get(next++ % all.size())));
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        ChildJvm.ready(Integer.toString(((InetSocketAddress) listening.localAddress()).getPort()));
    }

    private void tickAt(long dueNanos, long paceNanos) {
        var _ = loop.schedule(
                () -> {
                    step();
                    tickAt(dueNanos + paceNanos, paceNanos);
                },
                Math.max(0, dueNanos - System.nanoTime()),
                TimeUnit.NANOSECONDS);
    }

    private void step() {
        for (Stream stream : streams) {
            ByteBuf next = stream.sent == 0 ? FIRST : stream.sent == chunks - 1 ? LAST : NEXT;
            stream.sent++;
            if (stream.sent == 1) {
                var _ = stream.channel.write(Unpooled.wrappedBuffer(HEAD), stream.channel.voidPromise());
            }
            var _ = stream.channel.writeAndFlush(next.duplicate(), stream.channel.voidPromise());
        }
        streams.removeIf(s -> s.sent == chunks || !s.channel.isOpen());
    }

    /// Knows as much of HTTP as it takes to see that a request has come: the clients send one at a time,
    /// whose body ends with a brace and a line end.
    private static final class Requests extends SimpleChannelInboundHandler<ByteBuf> {
        private final EventStreams batch;

        Requests(EventStreams batch) {
            this.batch = batch;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            int end = bytes.writerIndex();
            if (end >= 2 && bytes.getByte(end - 1) == '\n' && bytes.getByte(end - 2) == '}') {
                batch.streams.add(new Stream(context.channel()));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
