package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.request.StopReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Many clients at a time that send or read slowly, or that want to send too much: the server gives each of
/// them up in bounded time and memory, and an honest client beside them is served as if they were not there.
class HostileClientsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String STREAM =
            "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}";
    private static final String UNARY = "{\"model\":\"tiny\",\"prompt\":\"hi\"}";
    private static final String POST = "POST /v1/completions HTTP/1.1\r\nHost: x\r\n";
    private static final HttpFrontendConfig CONFIG = HttpFrontendConfig.defaults();
    private static final long MILLISECOND = 1_000_000L;
    private static final int MANY = 250;

    private final List<RawClient> clients = new ArrayList<>();

    @Test
    void headsThatTrickleInAreGivenUp() throws Exception {
        HttpFrontendConfig config = CONFIG.withTimeouts(CONFIG.timeouts().withHeadNanos(300 * MILLISECOND));
        try (ApiFixture api = new ApiFixture(config)) {
            for (int i = 0; i < MANY; i++) {
                clients.add(api.connect().send("GET /live HTT"));
            }
            assertThatHonestClientsAreServed(api);
            for (RawClient client : clients) {
                assertThat(client.response().status()).isEqualTo(408);
                assertThat(client.isClosedByServer()).isTrue();
            }
            assertThatAllAreGone(api);
        }
    }

    @Test
    void bodiesThatStopAreGivenUpAndTheirRoomIsFree() throws Exception {
        HttpFrontendConfig config =
                CONFIG.withTimeouts(CONFIG.timeouts().withBody(300 * MILLISECOND, 400 * MILLISECOND));
        try (ApiFixture api = new ApiFixture(config)) {
            for (int i = 0; i < MANY; i++) {
                clients.add(api.connect().send(POST + "Content-Length: 1000\r\n\r\n{"));
            }
            assertThatHonestClientsAreServed(api);
            for (RawClient client : clients) {
                assertThat(client.response().status()).isEqualTo(408);
            }
            assertThatAllAreGone(api);
            assertThat(api.wire.bodyBytes).isZero();
        }
    }

    @Test
    void idleConnectionsAreClosedInTime() throws Exception {
        HttpFrontendConfig config = CONFIG.withTimeouts(CONFIG.timeouts().withIdleNanos(300 * MILLISECOND));
        try (ApiFixture api = new ApiFixture(config)) {
            for (int i = 0; i < MANY; i++) {
                RawClient client = api.connect().get("/live");
                clients.add(client);
                assertThat(client.response().status()).isEqualTo(200);
            }
            for (RawClient client : clients) {
                assertThat(client.isClosedByServer()).isTrue();
            }
            assertThatAllAreGone(api);
            assertThatHonestClientsAreServed(api);
        }
    }

    @Test
    void aFloodOfConnectionsIsTurnedAwayAtTheLimitAndLetInAgainAfterwards() throws Exception {
        try (ApiFixture api = new ApiFixture(CONFIG.withLimits(CONFIG.limits().withConnectionsMax(20)))) {
            for (int i = 0; i < 20; i++) {
                RawClient client = api.connect().get("/live");
                clients.add(client);
                assertThat(client.response().status()).isEqualTo(200);
            }
            for (int i = 0; i < MANY; i++) {
                try (RawClient turnedAway = api.connect()) {
                    assertThat(turnedAway.isClosedByServer()).isTrue();
                }
            }
            assertThat(api.wire.refusedConnections.get()).isEqualTo(MANY);
            assertThat(clients.getFirst().get("/live").response().status())
                    .as("who is in stays in")
                    .isEqualTo(200);
            assertThatAllAreGone(api);
            assertThatHonestClientsAreServed(api);
        }
    }

    /// Clients that never read are worse than those that read a byte a second, by one byte a second.
    @Test
    void clientsThatDoNotReadAreDroppedOneByOneAndTheOthersNotice() throws Exception {
        HttpFrontendConfig config = CONFIG.withLimits(CONFIG.limits()
                        .withPending(128 * 1024, 1024L * 1024 * 1024)
                        .withSocketSendBytes(16 * 1024))
                .withTimeouts(CONFIG.timeouts().withWriteNanos(60_000 * MILLISECOND));
        try (ApiFixture api = new ApiFixture(config);
                RawClient honest = api.connect().post(CHAT, STREAM)) {
            ScriptedFrontend.Submission good = api.frontend.next();
            List<ScriptedFrontend.Submission> streams = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                clients.add(api.connect().post(CHAT, STREAM));
                streams.add(api.frontend.next());
            }
            good.says("first");
            honest.head();
            honest.chunk();
            String text = "x".repeat(16_000);
            // What the operating system holds for a client is beyond us, but not without end.
            while (!streams.stream().allMatch(ScriptedFrontend.Submission::isCancelled)) {
                streams.forEach(stream -> stream.says(text));
                good.says("more");
                assertThat(honest.chunk()).contains("\"more\"");
                honest.get("/metrics");
                assertThat(api.wire.unsentBytes).isLessThanOrEqualTo(40 * (128 * 1024 + 20_000L));
            }
            for (ScriptedFrontend.Submission stream : streams) {
                assertThat(stream.cancellation()).isEqualTo(StopReason.CLIENT_TOO_SLOW);
            }
            assertThat(good.isCancelled()).isFalse();
            good.completes();
            assertThat(honest.chunk()).endsWith("[DONE]\n\n");
            assertThat(api.wire.slowClients.get()).isEqualTo(40);
        }
    }

    @Test
    void whatWaitsForAllSlowClientsHasABudgetToo() throws Exception {
        long budget = 512 * 1024;
        HttpFrontendConfig config = CONFIG.withLimits(
                CONFIG.limits().withPending(256 * 1024, budget).withSocketSendBytes(16 * 1024));
        try (ApiFixture api = new ApiFixture(config)) {
            List<ScriptedFrontend.Submission> streams = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                clients.add(api.connect().post(CHAT, STREAM));
                streams.add(api.frontend.next());
            }
            String text = "x".repeat(8_000);
            long most = 0;
            while (streams.stream().noneMatch(ScriptedFrontend.Submission::isCancelled)) {
                streams.forEach(stream -> stream.says(text));
                assertThatHonestClientsAreServed(api);
                most = Math.max(most, held(api).unsentBytes);
            }
            assertThat(most).as("thirty clients, each within its own limit").isLessThanOrEqualTo(budget + 30 * 70_000);
        }
    }

    @Test
    void ofManyHugePromptsTheFirstFindRoomAndTheRestAreRefusedByTheirHeads() throws Exception {
        int size = 1_000_000;
        HttpFrontendConfig config = CONFIG.withLimits(CONFIG.limits().withBody(1024 * 1024, 4 * 1024 * 1024));
        try (ApiFixture api = new ApiFixture(config)) {
            String head = POST + "Expect: 100-continue\r\nContent-Length: " + size + "\r\n\r\n";
            List<RawClient> admitted = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                RawClient client = api.connect().send(head);
                clients.add(client);
                Response first = client.response();
                if (first.status() == 100) {
                    admitted.add(client);
                } else {
                    assertThat(first.status()).isEqualTo(503);
                    assertThat(first.header("retry-after")).isEqualTo("1");
                }
            }
            assertThat(admitted).as("three quarters of the budget").hasSize(3);
            assertThat(held(api).bodyBytes).isEqualTo(3L * size);
            assertThatHonestClientsAreServed(api);
            String frame = "{\"model\":\"tiny\",\"prompt\":\"\"}";
            String body = frame.replace("\"\"", "\"" + "x".repeat(size - frame.length()) + "\"");
            for (RawClient client : admitted) {
                client.send(body);
                api.frontend.next().completes();
                assertThat(client.response().status()).isEqualTo(200);
            }
            assertThat(held(api).bodyBytes).as("all of it is free again").isZero();
            try (RawClient later = api.connect().send(head)) {
                assertThat(later.response().status()).isEqualTo(100);
            }
        }
    }

    private static RecordingWire held(ApiFixture api) throws Exception {
        try (RawClient client = api.connect().get("/metrics")) {
            assertThat(client.response().status()).isEqualTo(200);
        }
        return api.wire;
    }

    private static void assertThatHonestClientsAreServed(ApiFixture api) throws Exception {
        try (RawClient client = api.connect().post("/v1/completions", UNARY)) {
            api.frontend.next().completes();
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    /// Closes what is left on our side and waits until the server has no connection but the one that asks.
    private void assertThatAllAreGone(ApiFixture api) throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
        while (held(api).open.get() > 1) {
            api.onLoop(() -> {});
        }
    }
}
