package io.faultline.runtime.host.http;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.host.embedded.EmbeddedCluster.RunningFrontend;
import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.host.metrics.MetricsConfig;
import io.faultline.runtime.host.metrics.PrometheusFold;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Shedding through the API of a cluster with one worker, which is busy while it has any stream once the threshold
/// of KV blocks is 0.
class OverloadApiTest {

    private final PrometheusFold metrics = new PrometheusFold(MetricsConfig.defaults());
    private EmbeddedCluster cluster;
    private HttpFrontend server;
    private int port;

    @BeforeEach
    void start() throws Exception {
        cluster = EmbeddedCluster.start(
                new ClusterConfig("m", 1, 1, 8192, 2048, 64, 1.0, 3, 30_000_000_000L), new ByteTokenizer(), 7);
        CompletableFuture<RunningFrontend> asked = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> {
            cluster.subscribe(metrics);
            asked.complete(cluster.runningFrontends().getFirst());
        });
        RunningFrontend frontend = asked.join();
        server = new HttpFrontend(
                HttpFrontendConfig.defaults().listeningOn("127.0.0.1", 0),
                frontend.port(),
                frontend.admission(),
                frontend.loop(),
                metrics,
                frontend.sockets());
        port = ((StartResult.Listening) server.start()).port();
        try (RawClient client = new RawClient(port)) {
            untilStatus(200, () -> client.get("/health").response());
        }
    }

    @AfterEach
    void stop() {
        server.kill().join();
        cluster.kill();
    }

    private interface Asking {
        Response ask() throws IOException;
    }

    private static Response untilStatus(int status, Asking asking) throws IOException {
        Response response;
        do {
            response = asking.ask();
        } while (response.status() != status);
        return response;
    }

    private static String head(String... fields) {
        return "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", fields) + "\r\n\r\n";
    }

    private static String completion(int maxTokens, boolean streams) {
        return "{\"model\":\"m\",\"prompt\":\"hello\",\"ignore_eos\":true,\"stream\":" + streams + ",\"max_tokens\":"
                + maxTokens + "}";
    }

    @Test
    @DisplayName("REJ-2 REJ-3: 503 with Retry-After while all are busy, on a connection that lives on")
    @Shows(
            value = {"REJ-1", "REJ-2", "REJ-3"},
            in = EMBEDDED)
    void allBusyIsA503UntilTheThresholdChanges() throws Exception {
        try (RawClient streaming = new RawClient(port);
                RawClient client = new RawClient(port)) {
            Response set = client.post(
                            BusyThresholdEndpoint.PATH, "{\"model\":\"m\",\"active_decode_blocks_threshold\":0.0}")
                    .response();
            assertThat(set.status()).isEqualTo(200);
            streaming.post("/v1/completions", completion(6_000, true));
            assertThat(streaming.head()).startsWith("HTTP/1.1 200");

            Response refused = untilStatus(
                    503,
                    () -> client.post("/v1/completions", completion(1, false)).response());
            assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 30);
            assertThat(refused.body()).contains("\"code\":503", "all workers are busy");
            for (int i = 0; i < 20; i++) {
                assertThat(client.post("/v1/completions", completion(1, false))
                                .response()
                                .status())
                        .isEqualTo(503);
            }

            Response changed = client.post(
                            BusyThresholdEndpoint.PATH, "{\"model\":\"m\",\"active_decode_blocks_threshold\":1.0}")
                    .response();
            assertThat(changed.status()).isEqualTo(200);
            assertThat(client.post("/v1/completions", completion(1, false))
                            .response()
                            .status())
                    .isEqualTo(200);
            assertThat(client.get("/metrics").response().body())
                    .contains("dynamo_frontend_model_rejection_total{endpoint=\"completions\",model=\"m\"}")
                    .contains("faultline_requests_rejected_total{because=\"all_busy\"}");
        }
    }

    @Test
    @DisplayName("REJ-2: refused before the body is read")
    @Shows(value = "REJ-2", in = EMBEDDED)
    void aLargeBodyIsNotWaitedFor() throws Exception {
        try (RawClient streaming = new RawClient(port);
                RawClient client = new RawClient(port);
                RawClient large = new RawClient(port);
                RawClient asking = new RawClient(port)) {
            client.post(BusyThresholdEndpoint.PATH, "{\"model\":\"m\",\"active_decode_blocks_threshold\":0.0}")
                    .response();
            streaming.post("/v1/completions", completion(6_000, true));
            assertThat(streaming.head()).startsWith("HTTP/1.1 200");
            untilStatus(
                    503,
                    () -> client.post("/v1/completions", completion(1, false)).response());

            // Of a body of a million bytes not one is sent.
            large.send(head("Content-Length: 1000000"));
            Response refused = large.response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isNotEmpty();
            assertThat(large.isClosedByServer()).isTrue();

            asking.send(head("Expect: 100-continue", "Content-Length: 100"));
            assertThat(asking.response().status()).isEqualTo(503);
            assertThat(asking.isClosedByServer()).isTrue();
        }
    }

    @Test
    @DisplayName("REJ-3: /busy_threshold has Dynamo's shape, and says what is wrong")
    @Shows(value = "REJ-3", in = EMBEDDED)
    void busyThresholdsAreReadAndSet() throws Exception {
        try (RawClient client = new RawClient(port)) {
            assertThat(client.get(BusyThresholdEndpoint.PATH).response().body()).isEqualTo("{\"thresholds\":[]}");
            assertThat(change(client, "{\"model\":\"m\"}"))
                    .isEqualTo("200 {\"model\":\"m\",\"active_decode_blocks_threshold\":null,"
                            + "\"active_prefill_tokens_threshold\":null,"
                            + "\"active_prefill_tokens_threshold_frac\":null}");
            String both = "{\"model\":\"m\",\"active_decode_blocks_threshold\":0.85,"
                    + "\"active_prefill_tokens_threshold\":1000,\"active_prefill_tokens_threshold_frac\":null}";
            assertThat(change(
                            client,
                            "{\"model\":\"m\",\"active_decode_blocks_threshold\":0.85,"
                                    + "\"active_prefill_tokens_threshold\":1000}"))
                    .isEqualTo("200 " + both);
            assertThat(client.get(BusyThresholdEndpoint.PATH).response().body())
                    .isEqualTo("{\"thresholds\":[" + both + "]}");

            assertThat(change(client, "{\"model\":\"m\",\"active_decode_blocks_threshold\":1.5}"))
                    .startsWith("400 {\"error\":\"active_decode_blocks_threshold must be between 0.0 and 1.0");
            assertThat(change(client, "{\"model\":\"m\",\"active_prefill_tokens_threshold\":-1}"))
                    .startsWith("400 {\"error\":");
            assertThat(change(client, "{\"model\":\"m\",\"active_decode_blocks_threshold\":\"much\"}"))
                    .startsWith("400 {\"error\":");
            assertThat(change(client, "{\"active_decode_blocks_threshold\":0.5}"))
                    .startsWith("400 {\"error\":");
            assertThat(change(client, "{\"model\":")).startsWith("400 {\"error\":");
            assertThat(change(client, "{\"model\":\"nobody\",\"active_decode_blocks_threshold\":0.5}"))
                    .startsWith("404 {\"error\":");
            assertThat(client.get(BusyThresholdEndpoint.PATH).response().body())
                    .as("nothing wrong was taken")
                    .isEqualTo("{\"thresholds\":[" + both + "]}");
        }
    }

    private static String change(RawClient client, String body) throws IOException {
        Response response = client.post(BusyThresholdEndpoint.PATH, body).response();
        return response.status() + " " + response.body();
    }
}
