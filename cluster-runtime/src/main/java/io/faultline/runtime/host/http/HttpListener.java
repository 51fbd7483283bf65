package io.faultline.runtime.host.http;

import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.seam.Invariants;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A listening socket and the connections that came in through it. Started once; may be used from any thread that is
/// not one of the group's.
final class HttpListener {
    private static final int LOW_WATER_BYTES = 32 * 1024;
    private static final int HIGH_WATER_BYTES = 64 * 1024;

    private final HttpFrontendConfig config;
    private final String portOption;
    private final ServerStage stage;
    private final BodyBudget bodies;
    private final HeadCheck heads;
    private final EventLoopGroup group;
    private final boolean ownsGroup;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable Channel listener;

    /// @param portOption what a person changes when the port is taken
    /// @param ownsGroup whether the group ends with the listener
    HttpListener(
            HttpFrontendConfig config,
            String portOption,
            RouteTable routes,
            ServerStage stage,
            EventLoopGroup group,
            boolean ownsGroup) {
        this.config = config;
        this.portOption = portOption;
        this.stage = stage;
        this.bodies = new BodyBudget(config.limits());
        this.heads = new HeadCheck(routes, config.limits(), stage);
        this.group = group;
        this.ownsGroup = ownsGroup;
    }

    /// Begins to listen; waits for the operating system's answer.
    StartResult start() {
        Invariants.check(listener == null, "a server is started once");
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(SocketIo.of(group).serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES))
                .childHandler(new Connections());
        if (config.limits().socketSendBytes() > 0) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, config.limits().socketSendBytes());
        }
        ChannelFuture bound = bootstrap.bind(config.host(), config.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            releaseGroup();
            return new StartResult.Refused(refusal(bound.cause()));
        }
        listener = bound.channel();
        return new StartResult.Listening(((InetSocketAddress) listener.localAddress()).getPort());
    }

    private String refusal(@Nullable Throwable cause) {
        if (cause instanceof IOException && String.valueOf(cause.getMessage()).contains("in use")) {
            return "port " + config.port() + " is in use; choose another with " + portOption;
        }
        return "cannot listen on " + config.host() + " port " + config.port() + ": "
                + (cause == null ? "unknown reason" : cause.getMessage());
    }

    /// Bytes of request bodies that are being received or parsed.
    long bodyBytes() {
        return bodies.taken();
    }

    /// Listens no more and closes each connection once it has sent what it is sending.
    CompletableFuture<Void> closeConnections() {
        stopListening();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        for (Channel channel : connections) {
            channel.pipeline().get(HttpConnection.class).drain();
        }
        connections.newCloseFuture().addListener(_ -> closed.complete(null));
        return closed;
    }

    /// Drops everything.
    CompletableFuture<Void> close() {
        stopListening();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        connections.close().addListener(_ -> {
            releaseGroup();
            closed.complete(null);
        });
        return closed;
    }

    private void stopListening() {
        if (listener != null) {
            var _ = listener.close();
        }
    }

    private void releaseGroup() {
        if (ownsGroup) {
            var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /// Sets up the connections that the listener accepts.
    private final class Connections extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (connections.size() >= config.limits().connectionsMax()) {
                stage.wire().connectionRefused();
                var _ = channel.close();
                return;
            }
            connections.add(channel);
            stage.wire().connectionOpened();
            channel.closeFuture().addListener(_ -> stage.wire().connectionClosed());
            new HttpConnection(channel, config, heads, bodies, stage).install();
        }
    }
}
