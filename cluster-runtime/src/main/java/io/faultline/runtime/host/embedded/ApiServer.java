package io.faultline.runtime.host.embedded;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.host.embedded.EmbeddedCluster.RunningFrontend;
import io.faultline.runtime.host.http.HttpFrontend;
import io.faultline.runtime.host.http.HttpFrontendConfig;
import io.faultline.runtime.host.http.StartResult;
import io.faultline.runtime.host.metrics.MetricsConfig;
import io.faultline.runtime.host.metrics.PrometheusFold;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The OpenAI API of an embedded cluster: an HTTP server on the event loop of its first frontend, and the metrics
/// as a fold over the cluster's events. The server goes with its frontend and comes back with it, on the same port.
/// From any thread but the cluster's.
public final class ApiServer {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final long GRACE_NANOS = 5_000_000_000L;
    /// The killed server's socket may take a moment to go.
    private static final int BIND_ATTEMPTS = 50;

    private static final long BIND_AGAIN_MILLIS = 20;

    private final EmbeddedCluster cluster;
    private final PrometheusFold metrics = new PrometheusFold(MetricsConfig.defaults());
    private @Nullable HttpFrontend server;
    private boolean stopped;

    public ApiServer(EmbeddedCluster cluster) {
        this.cluster = cluster;
    }

    /// @param port 0 = any free one
    /// @return the port that it listens on
    /// @throws CannotListen when the port is taken
    public int start(int port) {
        CompletableFuture<List<RunningFrontend>> asked = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> {
            cluster.subscribe(metrics);
            asked.complete(cluster.runningFrontends());
        });
        RunningFrontend frontend = asked.join().getFirst();
        return switch (listen(frontend, port)) {
            case StartResult.Listening(int bound) -> {
                cluster.onOperatorLoop(() -> cluster.subscribeFromNow(event -> follow(event, frontend, bound)));
                yield bound;
            }
            case StartResult.Refused(String message) -> throw new CannotListen(message);
        };
    }

    private synchronized StartResult listen(RunningFrontend frontend, int port) {
        HttpFrontend http = new HttpFrontend(
                HttpFrontendConfig.defaults().listeningOn("127.0.0.1", port),
                frontend.port(),
                frontend.admission(),
                frontend.loop(),
                metrics,
                frontend.sockets());
        StartResult result = http.start();
        if (result instanceof StartResult.Listening) {
            server = http;
        }
        return result;
    }

    /// On the operator's loop.
    private void follow(ClusterEvent event, RunningFrontend first, int port) {
        if (!event.node().equals(first.id())) {
            return;
        }
        switch (event.record()) {
            case NodeEvent.NodeStopped _ -> {
                HttpFrontend orphan = take();
                if (orphan != null) {
                    var _ = orphan.kill();
                }
            }
            case NodeEvent.NodeStarted _ ->
                cluster.runningFrontends().stream()
                        .filter(f -> f.id().equals(first.id()))
                        .findFirst()
                        .ifPresent(f -> Thread.ofVirtual().name("api").start(() -> listenAgain(f, port)));
            default -> {
                // Not about whether the frontend is there.
            }
        }
    }

    private void listenAgain(RunningFrontend frontend, int port) {
        try {
            for (int attempt = 0; attempt < BIND_ATTEMPTS && !isStopped(); attempt++) {
                if (listen(frontend, port) instanceof StartResult.Listening) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(BIND_AGAIN_MILLIS);
            }
            LOG.warn("the API of {} cannot listen on port {} again", frontend.id(), port);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized @Nullable HttpFrontend take() {
        HttpFrontend running = server;
        server = null;
        return running;
    }

    /// Refuses new requests, lets streams finish for a moment, and ends.
    public void stop() {
        HttpFrontend running;
        synchronized (this) {
            stopped = true;
            running = take();
        }
        if (running != null) {
            running.stop(GRACE_NANOS).join();
        }
    }

    /// The message is one line for the person who started it.
    public static final class CannotListen extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotListen(String message) {
            super(message);
        }
    }
}
