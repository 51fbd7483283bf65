package io.faultline.runtime.host.socket;

import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One end of a TCP connection.
///
/// | from | event | to |
/// |---|---|---|
/// | opening | connected (here), greeted (accepted end) | open |
/// | opening, open | broken, refused, closed by the peer | closed, the listener hears why |
/// | opening | [#close] | closed, in silence |
/// | open | [#close] | lingering: the last frames go out, nothing is heard any more |
/// | lingering | the peer closed, or `lingerNanos` | closed |
///
/// Confined to the event loop of the channel, which is also the thread of the node's loop. Everything that the
/// listener hears is a turn of its own on that loop, in the order in which it happened.
final class SocketConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);
    private static final int LENGTH_BYTES = 4;

    private final Channel channel;
    private final NodeLoop loop;
    private final SocketConfig config;
    private Stage stage = Stage.OPENING;
    private ConnectionListener listener;
    private CloseReason reason = CloseReason.PEER_CLOSED;
    /// True when the owner closed it and wants to hear nothing more, not even what arrived before.
    private boolean muted;
    private boolean flushIsDue;

    private enum Stage {
        OPENING,
        OPEN,
        LINGERING,
        CLOSED
    }

    SocketConnection(Channel channel, NodeLoop loop, SocketConfig config, ConnectionListener listener) {
        this.channel = channel;
        this.loop = loop;
        this.config = config;
        this.listener = listener;
    }

    /// The other side turned out to be a peer; in a turn, `acceptor` decides who listens to it.
    void accept(Transport.Acceptor acceptor) {
        stage = Stage.OPEN;
        loop.post(() -> listener = acceptor.accepted(this));
    }

    /// The outcome of the attempt to connect.
    void connected() {
        if (stage == Stage.OPENING) {
            stage = Stage.OPEN;
            hear(ConnectionListener::opened);
            flushSoon();
        }
    }

    void notConnected(Throwable cause) {
        fail(
                switch (cause) {
                    case ConnectTimeoutException _ -> CloseReason.CONNECT_TIMEOUT;
                    case ConnectException _, NoRouteToHostException _, UnresolvedAddressException _ ->
                        CloseReason.REFUSED;
                    case UnknownHostException _ -> CloseReason.REFUSED;
                    default -> CloseReason.BROKEN;
                });
    }

    @Override
    public void send(Frame frame) {
        if (stage != Stage.OPENING && stage != Stage.OPEN) {
            return;
        }
        ByteBuf bytes = channel.alloc().buffer().writeInt(0);
        int start = bytes.writerIndex();
        FrameCodec.encode(frame, bytes);
        int length = bytes.writerIndex() - start;
        if (length > config.frameBytesMax()) {
            bytes.release();
            LOG.error(
                    "closing the connection to {}: a frame of {} bytes is over the limit of {}",
                    channel.remoteAddress(),
                    length,
                    config.frameBytesMax());
            fail(CloseReason.BROKEN);
            return;
        }
        bytes.setInt(start - LENGTH_BYTES, length);
        var _ = channel.write(bytes);
        if (unsentBytes() > config.unsentBytesMax()) {
            LOG.warn("closing the connection to {}: it does not read what it is sent", channel.remoteAddress());
            fail(CloseReason.BROKEN);
        } else if (stage == Stage.OPEN) {
            flushSoon();
        }
    }

    /// All that a turn sends leaves together, after it.
    private void flushSoon() {
        if (!flushIsDue) {
            flushIsDue = true;
            channel.eventLoop().execute(() -> {
                flushIsDue = false;
                channel.flush();
            });
        }
    }

    private long unsentBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    @Override
    public boolean congested() {
        return stage != Stage.CLOSED && !channel.isWritable();
    }

    @Override
    public void close() {
        muted = true;
        switch (stage) {
            case OPENING -> shut();
            case OPEN -> linger();
            case LINGERING, CLOSED -> {
                // Nothing is left to do.
            }
        }
    }

    /// Sends what is waiting, then the end of the stream; the peer answers with its own. Closing at once would
    /// make the operating system throw the last frames away when the peer's own are still unread.
    private void linger() {
        stage = Stage.LINGERING;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            if (channel instanceof SocketChannel socket && socket.isActive()) {
                var _ = socket.shutdownOutput();
            }
        });
        var _ = channel.eventLoop().schedule(this::giveUpLingering, config.lingerNanos(), TimeUnit.NANOSECONDS);
    }

    private void giveUpLingering() {
        if (stage == Stage.LINGERING) {
            // A peer that is gone or cut off: leave no half-open connection behind.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            shut();
        }
    }

    /// Ends it because it cannot go on; the listener hears of it, after the frames that came before.
    private void fail(CloseReason why) {
        reason = why;
        end();
        var _ = channel.close();
    }

    /// The node goes. A connection that it closed in order still sends its last frames.
    ChannelFuture leave() {
        if (stage != Stage.LINGERING) {
            shut();
        }
        return channel.closeFuture();
    }

    private void shut() {
        muted = true;
        stage = Stage.CLOSED;
        var _ = channel.close();
    }

    private void end() {
        if (stage == Stage.OPENING || stage == Stage.OPEN) {
            CloseReason why = reason;
            hear(l -> l.closed(why));
        }
        stage = Stage.CLOSED;
    }

    private void hear(Consumer<ConnectionListener> what) {
        loop.post(() -> {
            if (!muted) {
                what.accept(listener);
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Frame frame && stage == Stage.OPEN) {
            hear(l -> l.received(frame));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (stage == Stage.OPENING || stage == Stage.OPEN) {
            if (cause instanceof DecoderException && cause.getCause() instanceof MalformedFrame malformed) {
                LOG.warn("closing the connection to {}: {}", channel.remoteAddress(), malformed.getMessage());
                reason = CloseReason.BROKEN;
            } else if (!isReset(cause)) {
                LOG.warn("the connection to {} broke: {}", channel.remoteAddress(), cause.toString());
                reason = CloseReason.BROKEN;
            }
        }
        var _ = channel.close();
    }

    /// What the operating system of a dead process answers when something was still unread.
    private static boolean isReset(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof IOException && (message.contains("reset") || message.contains("Broken pipe"));
    }
}
