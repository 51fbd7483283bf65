package io.faultline.runtime.host;

import io.faultline.runtime.transport.Transport;
import io.faultline.runtime.transport.TransportDriver;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// Real threads for [io.faultline.runtime.transport.TransportConformance]: each node has a loop of its own.
public abstract class HostTransportDriver implements TransportDriver {
    /// Far above what any case takes; only a failing one waits that long.
    private static final long AWAIT_MAX_SECONDS = 300;

    private final List<HostPeer> peers = new ArrayList<>();
    private final CompletableFuture<Void> broken = new CompletableFuture<>();
    private final SocketIo io;

    protected HostTransportDriver(SocketIo io) {
        this.io = io;
    }

    /// What is specific to one network.
    protected abstract Connected connect(String name, HostLoop loop, EventLoop executor);

    /// @param leave ends the node's part in the network as a killed process's ends
    public record Connected(Transport transport, Runnable leave) {}

    @Override
    public final Peer start(String name) {
        EventLoop executor = io.loop(name);
        HostLoop loop = new HostLoop(name, executor, System.nanoTime(), broken::completeExceptionally);
        HostPeer peer = new HostPeer(loop, executor, connect(name, loop, executor));
        peers.add(peer);
        return peer;
    }

    @Override
    public final void await(String what, BooleanSupplier condition) {
        CountDownLatch met = new CountDownLatch(1);
        HostPeer watcher = peers.getFirst();
        watcher.executor.execute(() -> look(watcher.executor, condition, met));
        try {
            if (!met.await(AWAIT_MAX_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("this never came true: " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for: " + what, e);
        }
        if (broken.isCompletedExceptionally()) {
            throw new AssertionError("a node's loop ended", broken.exceptionNow());
        }
    }

    private void look(EventLoop executor, BooleanSupplier condition, CountDownLatch met) {
        if (condition.getAsBoolean() || broken.isDone()) {
            met.countDown();
        } else {
            var _ = executor.schedule(() -> look(executor, condition, met), 1, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        for (HostPeer peer : peers) {
            peer.kill();
            var _ = peer.executor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private record HostPeer(HostLoop loop, EventLoop executor, Connected connected) implements Peer {
        @Override
        public Transport transport() {
            return connected.transport();
        }

        @Override
        public void run(Runnable task) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop.post(() -> {
                try {
                    task.run();
                    done.complete(null);
                } catch (RuntimeException | AssertionError e) {
                    done.completeExceptionally(e);
                }
            });
            try {
                done.get(AWAIT_MAX_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError("a turn failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted within a turn", e);
            }
        }

        @Override
        public void kill() {
            loop.kill();
            connected.leave().run();
        }
    }
}
