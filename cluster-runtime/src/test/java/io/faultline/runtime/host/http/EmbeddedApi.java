package io.faultline.runtime.host.http;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.host.embedded.EmbeddedCluster.RunningFrontend;
import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.host.metrics.MetricsConfig;
import io.faultline.runtime.host.metrics.PrometheusFold;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.text.ByteTokenizer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The API of a real cluster's first frontend, on that frontend's own thread. Used from one test thread.
final class EmbeddedApi implements AutoCloseable {
    private final EmbeddedCluster cluster;
    private final HttpFrontend server;
    private final int port;

    /// Starts everything and waits until all workers are routable.
    EmbeddedApi(ClusterConfig config) throws Exception {
        PrometheusFold metrics = new PrometheusFold(MetricsConfig.defaults());
        cluster = EmbeddedCluster.start(config, new ByteTokenizer(), 7);
        RunningFrontend frontend = call(() -> {
            cluster.subscribe(metrics);
            return cluster.runningFrontends().getFirst();
        });
        server = new HttpFrontend(
                HttpFrontendConfig.defaults().listeningOn("127.0.0.1", 0),
                frontend.port(),
                frontend.loop(),
                metrics,
                frontend.sockets());
        port = ((StartResult.Listening) server.start()).port();
        awaitRoutable(config.decodeWorkers());
    }

    EmbeddedCluster cluster() {
        return cluster;
    }

    HttpFrontend server() {
        return server;
    }

    RawClient client() throws Exception {
        return new RawClient(port);
    }

    /// Asks the API itself, as a probe would.
    private void awaitRoutable(int workers) throws Exception {
        try (RawClient client = client()) {
            Response health;
            do {
                health = client.get("/health").response();
            } while (health.status() != 200 || health.body().split("instance_id", -1).length != workers + 1);
        }
    }

    NodeId nodeOf(long instance) {
        return call(() -> nodeOnOperatorLoop(instance));
    }

    private NodeId nodeOnOperatorLoop(long instance) {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> n.instance() == instance)
                .map(n -> new NodeId(n.name()))
                .findFirst()
                .orElseThrow();
    }

    /// Kills the worker behind an instance, as SIGKILL does. On the operator's loop, after what it does now.
    void killSoon(long instance) {
        cluster.loop().post(() -> cluster.kill(nodeOnOperatorLoop(instance)));
    }

    /// Shows a fold every event from now on, on the operator's loop.
    void subscribe(Fold fold) {
        call(() -> {
            cluster.subscribeFromNow(fold);
            return true;
        });
    }

    /// The first thing that `look` finds in an event from now on.
    <T> CompletableFuture<T> first(Function<ClusterEvent, @Nullable T> look) {
        CompletableFuture<T> found = new CompletableFuture<>();
        subscribe(event -> {
            T value = look.apply(event);
            if (value != null) {
                found.complete(value);
            }
        });
        return found;
    }

    /// Does something on the operator's loop.
    <T> T call(Supplier<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> result.complete(action.get()));
        return result.join();
    }

    @Override
    public void close() {
        server.kill().join();
        cluster.close();
    }
}
