package io.faultline.runtime.host.socket;

import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.ConnectionListener.CloseReason;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A node's connections over TCP. The event loop that serves its sockets is the thread of the node's loop, so
/// that a frame goes from the socket to the node without changing threads.
///
/// Confined to that loop, but for [#bind] before the node starts, and [#close], which may come from anywhere.
public final class SocketTransport implements Transport {
    private static final int BACKLOG = 1024;
    private static final String CONNECTION = "connection";

    private final NodeLoop loop;
    private final EventLoop sockets;
    private final SocketConfig config;
    private final Map<Channel, SocketConnection> connections = new HashMap<>();
    private final SocketIo io;
    private volatile @Nullable Channel server;
    private Acceptor acceptor = _ -> SILENT;
    private int accepted;
    private boolean closed;

    /// @param sockets event loop whose thread `loop` runs on
    public SocketTransport(NodeLoop loop, EventLoop sockets, SocketConfig config) {
        this.loop = loop;
        this.sockets = sockets;
        this.config = config;
        this.io = SocketIo.of(sockets);
    }

    /// Takes the port, before the node starts, so that a port in use is found by whoever starts it. Connections
    /// wait in the operating system until the node listens. From any thread but the loop's.
    ///
    /// @return where the node will be reached
    /// @throws IOException when the port cannot be had
    public Address bind() throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(sockets)
                .channel(io.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .childHandler(new Incoming())
                .bind(config.host(), config.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + config.host() + " port " + config.port() + ": "
                            + (bound.cause() == null ? "" : bound.cause().getMessage()),
                    bound.cause());
        }
        Channel channel = bound.channel();
        server = channel;
        return addressOf(channel);
    }

    @Override
    public Address listen(Acceptor with) {
        Channel channel = server;
        if (channel == null) {
            throw Invariants.broken("a node's port is bound before the node starts");
        }
        acceptor = with;
        channel.config().setAutoRead(true);
        return addressOf(channel);
    }

    @Override
    public Connection connect(Address to, ConnectionListener listener) {
        InetSocketAddress target = socketAddress(to);
        if (target == null || closed) {
            return new Refused(loop, listener);
        }
        Outgoing initializer = new Outgoing(listener);
        ChannelFuture attempt = new Bootstrap()
                .group(sockets)
                .channel(io.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) (config.connectNanos() / 1_000_000))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .handler(initializer)
                .connect(target);
        SocketConnection connection = connections.get(attempt.channel());
        if (connection == null) {
            return new Refused(loop, listener);
        }
        var _ = attempt.addListener(done -> {
            if (done.isSuccess()) {
                connection.connected();
            } else {
                connection.notConnected(done.cause());
            }
        });
        return connection;
    }

    /// With an IPv6 address in brackets.
    private Address addressOf(Channel bound) {
        return new Address(
                NetUtil.toSocketAddressString(config.host(), ((InetSocketAddress) bound.localAddress()).getPort()));
    }

    private WriteBufferWaterMark waterMark() {
        return new WriteBufferWaterMark(config.congestedBytes() / 2, config.congestedBytes());
    }

    /// Nothing when it is none: what stands in discovery was written by somebody else.
    private static @Nullable InetSocketAddress socketAddress(Address address) {
        String value = address.value();
        int colon = value.lastIndexOf(':');
        try {
            int port = Integer.parseInt(value.substring(colon + 1));
            return colon > 0 && port > 0 && port <= 65_535
                    ? InetSocketAddress.createUnresolved(value.substring(0, colon), port)
                    : null;
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /// Ends the node's part in the network as the operating system does for a dead process, save that connections
    /// which the node has closed itself may still send their last frames. Done when no socket is left.
    public CompletableFuture<Void> close() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        sockets.execute(() -> {
            closed = true;
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            Channel listening = server;
            if (listening != null) {
                ends.add(ended(listening.close()));
            }
            for (SocketConnection connection : List.copyOf(connections.values())) {
                ends.add(ended(connection.leave()));
            }
            var _ = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                    .thenRun(() -> {
                        // The JDK gives a closed socket back only when its selector has looked again; until then the
                        // operating system lets connections in. What is scheduled comes after that look.
                        var _ = sockets.schedule(() -> done.complete(null), 1, TimeUnit.MILLISECONDS);
                    });
        });
        return done;
    }

    private static CompletableFuture<Void> ended(ChannelFuture future) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        var _ = future.addListener(_ -> ended.complete(null));
        return ended;
    }

    private void add(Channel channel, SocketConnection connection) {
        connections.put(channel, connection);
        var _ = channel.closeFuture().addListener(_ -> connections.remove(channel));
        channel.pipeline().addLast(new FrameDecoder(config.frameBytesMax())).addLast(CONNECTION, connection);
    }

    /// Sets up a connection that this node opens.
    private final class Outgoing extends ChannelInitializer<Channel> {
        private final ConnectionListener listener;

        Outgoing(ConnectionListener listener) {
            this.listener = listener;
        }

        @Override
        protected void initChannel(Channel channel) {
            add(channel, new SocketConnection(channel, loop, config, listener));
            // Before anything that the node sends; it goes out when the connection is there.
            var _ = channel.write(FrameDecoder.greeting());
        }
    }

    /// Sets up connections from others. The node hears of one when it has greeted.
    private final class Incoming extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (accepted >= config.connectionsMax()) {
                var _ = channel.close();
                return;
            }
            accepted++;
            var _ = channel.closeFuture().addListener(_ -> accepted--);
            SocketConnection connection = new SocketConnection(channel, loop, config, SILENT);
            add(channel, connection);
            channel.pipeline().addBefore(CONNECTION, "doorman", new Doorman(connection));
            var _ = channel.writeAndFlush(FrameDecoder.greeting());
        }

        /// Lets a connection in once it has greeted, and turns away one that does not in time.
        private final class Doorman extends ChannelInboundHandlerAdapter {
            private final SocketConnection connection;
            private boolean greeted;

            Doorman(SocketConnection connection) {
                this.connection = connection;
            }

            @Override
            public void handlerAdded(ChannelHandlerContext context) {
                var _ = sockets.schedule(
                        () -> {
                            if (!greeted) {
                                var _ = context.close();
                            }
                        },
                        config.greetingNanos(),
                        TimeUnit.NANOSECONDS);
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message == FrameDecoder.Greeted.GREETED) {
                    greeted = true;
                    connection.accept(acceptor);
                    var _ = context.pipeline().remove(this);
                }
            }
        }
    }

    /// An end that never came to be.
    private static final class Refused implements Connection {
        private boolean silent;

        Refused(NodeLoop loop, ConnectionListener listener) {
            loop.post(() -> {
                if (!silent) {
                    listener.closed(CloseReason.REFUSED);
                }
            });
        }

        @Override
        public void send(Frame frame) {}

        @Override
        public void close() {
            silent = true;
        }

        @Override
        public boolean congested() {
            return false;
        }
    }

    private static final ConnectionListener SILENT = new ConnectionListener() {
        @Override
        public void opened() {}

        @Override
        public void received(Frame frame) {}

        @Override
        public void closed(CloseReason reason) {}
    };
}
