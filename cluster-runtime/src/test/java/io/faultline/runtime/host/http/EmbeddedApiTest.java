package io.faultline.runtime.host.http;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The API in front of a real cluster, on the frontend's own thread.
class EmbeddedApiTest {
    private static final Pattern DECODE_WORKER = Pattern.compile("\"decode_worker_id\":(\\d+)");
    private static final Pattern CONTENT = Pattern.compile("\"content\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private EmbeddedApi api;

    @BeforeEach
    void start() throws Exception {
        api = new EmbeddedApi(new ClusterConfig("m", 1, 3, 2048, 2048, 64, 10.0, 3, 30_000_000_000L));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    @DisplayName("MIG-1: a stream goes on, byte for byte, when the worker that serves it is killed")
    @Shows(value = "MIG-1", in = EMBEDDED)
    void aStreamSurvivesTheKillOfItsWorkerUnchanged() throws Exception {
        CompletableFuture<String> migrated =
                api.first(event -> event.record() instanceof MigrationEvent.MigrationCompleted m ? m.request() : null);
        String undisturbed;
        try (RawClient client = api.client()) {
            undisturbed = textOf(ask(client, 300).response().body());
        }
        try (RawClient client = api.client()) {
            ask(client, 300);
            assertThat(client.head()).startsWith("HTTP/1.1 200");
            StringBuilder body = new StringBuilder(client.chunk());
            Matcher worker = DECODE_WORKER.matcher(body);
            assertThat(worker.find()).as("the first chunk says who serves").isTrue();
            NodeId victim = api.nodeOf(Long.parseUnsignedLong(worker.group(1)));
            api.call(() -> api.cluster().faults().inject(new Fault.WorkerKill(victim), null, "test"));
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                body.append(chunk);
            }

            assertThat(textOf(body.toString())).isEqualTo(undisturbed);
            assertThat(body).contains("\"completion_tokens\":300").endsWith("data: [DONE]\n\n");
            String last = body.substring(body.lastIndexOf("\"workers\":["));
            assertThat(last.substring(0, last.indexOf(']'))).contains(",");
        }
        migrated.get();
        try (RawClient client = api.client()) {
            assertThat(client.get("/metrics").response().body())
                    .contains("dynamo_frontend_model_migration_total{migration_type=\"ongoing_request\",model=\"m\"} 1")
                    .contains("dynamo_frontend_model_migration_limit{model=\"m\"} 3");
        }
    }

    @Test
    @DisplayName("CAN-2: a client that goes frees its worker's KV blocks")
    @Shows(
            value = {"CAN-1", "CAN-2"},
            in = EMBEDDED)
    void aDisconnectReachesTheEngine() throws Exception {
        CompletableFuture<StopReason> cancelled =
                api.first(event -> event.record() instanceof RequestEvent.RequestCancelled c ? c.reason() : null);
        CompletableFuture<Integer> released = api.first(event ->
                event.record() instanceof EngineEvent.SequenceReleased s ? Integer.valueOf(s.freedBlocks()) : null);
        RawClient client = api.client();
        ask(client, 1900);
        assertThat(client.head()).startsWith("HTTP/1.1 200");
        client.chunk();
        client.reset();

        assertThat(cancelled.get()).isEqualTo(StopReason.CLIENT_GONE);
        assertThat(released.get()).isPositive();
    }

    @Test
    @DisplayName("SHD-3: a frontend that stops refuses what is new and lets what runs end")
    @Shows(value = "SHD-3", in = EMBEDDED)
    void aStopLetsARunningStreamEnd() throws Exception {
        try (RawClient running = api.client();
                RawClient probe = api.client()) {
            ask(running, 600);
            assertThat(running.head()).startsWith("HTTP/1.1 200");
            assertThat(probe.get("/health").response().status()).isEqualTo(200);
            CompletableFuture<Integer> stopped = api.server().stop(TimeUnit.SECONDS.toNanos(300));

            assertThat(probe.get("/health").response().status()).isEqualTo(503);
            try (RawClient late = api.client()) {
                Response refused = ask(late, 1).response();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("retry-after")).isNotEmpty();
            }
            assertThat(stopped).as("a stream runs").isNotDone();
            assertThat(whatIsLeftOf(running))
                    .contains("\"completion_tokens\":600")
                    .endsWith("data: [DONE]\n\n");
            stopped.get();
        }
    }

    @Test
    @DisplayName("SHD-2: a stop ends a stream that does not end in time")
    @Shows(value = "SHD-2", in = EMBEDDED)
    void aStopEndsAStreamThatDoesNotEndInTime() throws Exception {
        try (RawClient running = api.client()) {
            ask(running, 1900);
            assertThat(running.head()).startsWith("HTTP/1.1 200");
            api.server().stop(TimeUnit.MILLISECONDS.toNanos(50)).get();
            assertThat(whatIsLeftOf(running)).doesNotContain("\"completion_tokens\":1900");
        }
    }

    private static String whatIsLeftOf(RawClient stream) {
        StringBuilder body = new StringBuilder();
        try {
            for (String chunk = stream.chunk(); !chunk.isEmpty(); chunk = stream.chunk()) {
                body.append(chunk);
            }
        } catch (IOException _) {
            // It broke off.
        }
        return body.toString();
    }

    @Test
    void theRealFrontendsRefusalsReachTheClient() throws Exception {
        try (RawClient client = api.client()) {
            Response unknown = client.post("/v1/completions", "{\"model\":\"none\",\"prompt\":\"hi\"}")
                    .response();
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.body()).contains("\"code\":\"model_not_found\"").contains("\"param\":\"model\"");
            Response strange = client.post("/v1/completions", "{\"model\":\"m\",\"prompt\":[104,999999]}")
                    .response();
            assertThat(strange.status()).as("a token that the model lacks").isEqualTo(400);
            assertThat(strange.body()).contains("\"param\":\"prompt\"");
            Response fits = client.post("/v1/completions", prompt(2047)).response();
            assertThat(fits.status()).as("context of 2048: 2047 + 1").isEqualTo(200);
            Response tooLong = client.post("/v1/completions", prompt(2048)).response();
            assertThat(tooLong.status()).as("2048 + 1").isEqualTo(400);
            assertThat(tooLong.body()).contains("\"param\":\"prompt\"");
            assertThat(client.get("/v1/models/m").response().body()).contains("\"max_model_len\":2048");
        }
    }

    private static String prompt(int tokens) {
        return "{\"model\":\"m\",\"max_tokens\":1,\"prompt\":\"" + "x".repeat(tokens) + "\"}";
    }

    private RawClient ask(RawClient client, int maxTokens) throws Exception {
        return client.post(
                "/v1/chat/completions",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true,\"seed\":5,"
                        + "\"ignore_eos\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":" + maxTokens
                        + ",\"nvext\":{\"extra_fields\":[\"worker_id\"]}}");
    }

    private static String textOf(String events) {
        StringBuilder text = new StringBuilder();
        Matcher content = CONTENT.matcher(events);
        while (content.find()) {
            text.append(content.group(1));
        }
        return text.toString();
    }
}
