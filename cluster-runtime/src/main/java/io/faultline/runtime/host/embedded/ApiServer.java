package io.faultline.runtime.host.embedded;

import io.faultline.runtime.host.http.HttpFrontend;
import io.faultline.runtime.host.http.HttpFrontendConfig;
import io.faultline.runtime.host.http.StartResult;
import io.faultline.runtime.host.metrics.MetricsConfig;
import io.faultline.runtime.host.metrics.PrometheusFold;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The OpenAI API of an embedded cluster: an HTTP server on the event loop of its first frontend, and the metrics
/// as a fold over the cluster's events. From any thread but the cluster's.
public final class ApiServer {
    private static final long GRACE_NANOS = 5_000_000_000L;

    private final EmbeddedCluster cluster;
    private final PrometheusFold metrics = new PrometheusFold(MetricsConfig.defaults());
    private @Nullable HttpFrontend server;

    public ApiServer(EmbeddedCluster cluster) {
        this.cluster = cluster;
    }

    /// @param port 0 = any free one
    /// @return the port that it listens on
    /// @throws CannotListen when the port is taken
    public int start(int port) {
        CompletableFuture<List<EmbeddedCluster.RunningFrontend>> asked = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> {
            cluster.subscribe(metrics);
            asked.complete(cluster.runningFrontends());
        });
        EmbeddedCluster.RunningFrontend frontend = asked.join().getFirst();
        HttpFrontend http = new HttpFrontend(
                HttpFrontendConfig.defaults().listeningOn("127.0.0.1", port),
                frontend.port(),
                frontend.admission(),
                frontend.loop(),
                metrics,
                frontend.sockets());
        server = http;
        return switch (http.start()) {
            case StartResult.Listening(int bound) -> bound;
            case StartResult.Refused(String message) -> throw new CannotListen(message);
        };
    }

    /// Refuses new requests, lets streams finish for a moment, and ends.
    public void stop() {
        HttpFrontend running = server;
        server = null;
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
