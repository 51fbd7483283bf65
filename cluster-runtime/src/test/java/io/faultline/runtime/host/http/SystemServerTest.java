package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.worker.WorkerPort.Stage;
import io.faultline.runtime.worker.WorkerPort.WorkerState;
import io.netty.channel.DefaultEventLoop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A worker's system port on a real socket, in front of a worker whose state is the test's.
@Shows("HLT-1")
class SystemServerTest {
    private static final WorkerState READY =
            new WorkerState(Stage.READY, true, true, "", "generate", 3, 12_000_000_345L);

    private final DefaultEventLoop thread = new DefaultEventLoop();
    private final HostLoop loop = new HostLoop("worker", thread, 0, _ -> {});
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile WorkerState state = READY;
    private final SystemServer server = new SystemServer(
            SystemServerConfig.defaults().listeningOn("127.0.0.1", 0).withAnswerNanos(200_000_000L),
            () -> state,
            loop,
            _ -> "# the worker's metrics\n".getBytes(StandardCharsets.US_ASCII));
    private int port;

    @BeforeEach
    void start() {
        port = ((StartResult.Listening) server.start()).port();
    }

    @AfterEach
    void stop() {
        loop.thaw();
        server.stop().join();
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static WorkerState in(Stage stage, boolean isRegistered, boolean isHealthy) {
        return new WorkerState(stage, isRegistered, isHealthy, "", "generate", 0, 7_000_000_000L);
    }

    /// Word for word what Dynamo's probes and scripts read.
    @Test
    void aReadyWorkerSaysSoOnBothPaths() throws Exception {
        String body =
                "{\"status\":\"ready\",\"uptime\":{\"secs\":12,\"nanos\":345},\"endpoints\":{\"generate\":\"ready\"}}";
        for (String path : new String[] {"/health", "/live"}) {
            HttpResponse<String> response = get(path);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type").orElseThrow())
                    .startsWith("application/json");
            assertThat(response.body()).isEqualTo(body);
        }
    }

    /// Restarting it would not help, so it is live.
    @Test
    void aWorkerThatCannotBeRoutedToIsLiveAndNotReady() throws Exception {
        WorkerState[] notReady = {
            in(Stage.STARTING, false, true),
            in(Stage.READY, false, true),
            in(Stage.READY, true, false),
            in(Stage.DRAINING, false, true)
        };
        for (WorkerState now : notReady) {
            state = now;
            HttpResponse<String> health = get("/health");
            assertThat(health.statusCode()).as("%s", now).isEqualTo(503);
            assertThat(health.body())
                    .isEqualTo(
                            "{\"status\":\"notready\",\"uptime\":{\"secs\":7,\"nanos\":0},\"endpoints\":{\"generate\":"
                                    + "\"notready\"}}");
            assertThat(get("/live").statusCode()).as("%s", now).isEqualTo(200);
        }
    }

    @Test
    void aWorkerWhoseLoopIsStuckIsNeither() throws Exception {
        loop.freeze();
        assertThat(get("/health").statusCode()).isEqualTo(503);
        HttpResponse<String> live = get("/live");
        assertThat(live.statusCode()).isEqualTo(503);
        assertThat(live.body()).startsWith("{\"status\":\"notready\",\"uptime\":{\"secs\":");
        assertThat(get("/metrics").statusCode()).as("metrics come all the same").isEqualTo(200);
        loop.thaw();
        assertThat(get("/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aWorkerThatEndedIsNotLive() throws Exception {
        state = in(Stage.STOPPED, false, true);
        assertThat(get("/live").statusCode()).isEqualTo(503);
    }

    @Test
    void servesMetricsAndNothingElse() throws Exception {
        HttpResponse<String> metrics = get("/metrics");
        assertThat(metrics.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body()).isEqualTo("# the worker's metrics\n");
        assertThat(get("/v1/models").statusCode()).isEqualTo(404);
        assertThat(get("/faults").statusCode())
                .as("no faults unless they are wanted")
                .isEqualTo(404);
    }

    @Test
    void pathsAndPortAreConfigured() throws Exception {
        SystemServer other = new SystemServer(
                new SystemServerConfig("127.0.0.1", port, "/ready", "/alive", 1_000_000_000L),
                () -> state,
                loop,
                _ -> new byte[0]);
        assertThat(other.start())
                .isEqualTo(new StartResult.Refused("port " + port + " is in use; choose another with --system-port"));
        SystemServer free = new SystemServer(
                new SystemServerConfig("127.0.0.1", 0, "/ready", "/alive", 1_000_000_000L),
                () -> state,
                loop,
                _ -> new byte[0]);
        int usual = port;
        port = ((StartResult.Listening) free.start()).port();
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(get("/alive").statusCode()).isEqualTo(200);
        assertThat(get("/health").statusCode()).isEqualTo(404);
        port = usual;
        free.stop().join();
    }
}
