package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.HostLoop;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// The real server on a free port of the loopback address, before a scripted frontend.
final class ApiFixture implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicReference<Throwable> fatal = new AtomicReference<>();
    private final EventExecutor frontendExecutor;
    final HostLoop loop;
    final ScriptedFrontend frontend;
    final HttpFrontend server;
    final RecordingWire wire = new RecordingWire();
    final int port;

    enum Threads {
        /// Connections and frontend share one event loop.
        ONE,
        /// The frontend has a thread of its own.
        TWO
    }

    ApiFixture() {
        this(Threads.ONE, HttpFrontendConfig.defaults());
    }

    ApiFixture(HttpFrontendConfig config) {
        this(Threads.ONE, config);
    }

    ApiFixture(Threads threads, HttpFrontendConfig config) {
        this.frontendExecutor = threads == Threads.ONE ? group.next() : new DefaultEventLoop();
        this.loop = new HostLoop("frontend", frontendExecutor, System.nanoTime(), fatal::set);
        this.frontend = new ScriptedFrontend(loop);
        this.server = new HttpFrontend(config.listeningOn("127.0.0.1", 0), frontend, loop, wire, group);
        this.port = ((StartResult.Listening) server.start()).port();
    }

    String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    RawClient connect() throws Exception {
        return new RawClient(port);
    }

    /// Runs on the frontend's loop and waits for it.
    void onLoop(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> {
            task.run();
            done.complete(null);
        });
        done.get(ScriptedFrontend.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        server.kill()
                .orTimeout(ScriptedFrontend.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        // A loop drops what comes after its end; Netty's threads would refuse it.
        frontendExecutor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        assertThat(fatal.get()).as("what ended the frontend's loop").isNull();
    }
}
