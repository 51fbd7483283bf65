package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.frontend.FrontendPort.FrontendState;
import io.faultline.runtime.frontend.FrontendPort.Stage;
import io.faultline.runtime.host.http.ApiFixture.Threads;
import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.shown.Shows;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How connections begin, are shared by requests, and end.
class ConnectionTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String STREAM =
            "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}";
    private static final String UNARY = "{\"model\":\"tiny\",\"prompt\":\"hi\"}";
    private static final String POST = "POST /v1/completions HTTP/1.1\r\nHost: x\r\n";
    private static final HttpFrontendConfig CONFIG = HttpFrontendConfig.defaults();

    @ParameterizedTest
    @EnumSource(Threads.class)
    @DisplayName("CAN-1: a client that goes before its first token cancels its request")
    @Shows("CAN-1")
    void aClientThatGoesWhileItWaitsCancels(Threads threads) throws Exception {
        try (ApiFixture api = new ApiFixture(threads, CONFIG)) {
            for (String path : List.of("/v1/completions", CHAT)) {
                for (boolean reset : new boolean[] {true, false}) {
                    RawClient client = api.connect().post(path, path.equals(CHAT) ? STREAM : UNARY);
                    ScriptedFrontend.Submission request = api.frontend.next();
                    if (reset) {
                        client.reset();
                    } else {
                        client.close();
                    }
                    assertThat(request.cancellation()).isEqualTo(StopReason.CLIENT_GONE);
                }
            }
        }
    }

    @Test
    @DisplayName("CAN-1: a client that goes in the middle of a stream cancels its request")
    @Shows("CAN-1")
    void aClientThatGoesMidStreamCancels() throws Exception {
        try (ApiFixture api = new ApiFixture();
                RawClient client = api.connect()) {
            client.post(CHAT, STREAM);
            ScriptedFrontend.Submission request = api.frontend.next();
            request.says("a");
            client.head();
            client.chunk();
            client.reset();

            assertThat(request.cancellation()).isEqualTo(StopReason.CLIENT_GONE);
            assertThat(openRequests(api)).isZero();
        }
    }

    @Test
    @DisplayName("CAN-1: a client that closes its sending side is taken for gone")
    @Shows("CAN-1")
    void aHalfClosedConnectionCancels() throws Exception {
        try (ApiFixture api = new ApiFixture();
                RawClient client = api.connect()) {
            client.post("/v1/completions", UNARY);
            ScriptedFrontend.Submission request = api.frontend.next();
            client.halfClose();

            assertThat(request.cancellation()).isEqualTo(StopReason.CLIENT_GONE);
        }
    }

    @Test
    void requestsSentAheadAreServedOneAfterTheOther() throws Exception {
        try (ApiFixture api = new ApiFixture();
                RawClient client = api.connect()) {
            client.post("/v1/completions", "{\"model\":\"one\",\"prompt\":\"hi\"}")
                    .post(CHAT, STREAM)
                    .get("/live")
                    .post("/v1/completions", "{\"model\":\"two\",\"prompt\":\"hi\"}");
            ScriptedFrontend.Submission one = api.frontend.next();
            assertThat(one.request().model()).isEqualTo("one");
            api.onLoop(() -> {});
            assertThat(api.frontend.submitted()).as("the others wait").isEqualTo(1);
            one.says("1").completes();
            assertThat(client.response().body()).contains("\"text\":\"1\"");
            api.frontend.next().says("s").completes();
            assertThat(client.response().body()).contains("\"content\":\"s\"").endsWith("[DONE]\n\n");
            assertThat(client.response().body()).contains("\"live\"");
            ScriptedFrontend.Submission two = api.frontend.next();
            assertThat(two.request().model()).isEqualTo("two");
            two.completes();
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    @Test
    void muchSentAheadIsServedToo() throws Exception {
        String large = "{\"model\":\"tiny\",\"prompt\":\"" + "x".repeat(300_000) + "\"}";
        try (ApiFixture api = new ApiFixture();
                RawClient client = api.connect()) {
            Thread sender = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 8; i++) {
                    sendQuietly(client, large);
                }
            });
            for (int i = 0; i < 8; i++) {
                api.frontend.next().completes();
                assertThat(client.response().status()).isEqualTo(200);
            }
            sender.join();
        }
    }

    /// The end of what it sends lies behind more than is read ahead.
    @Test
    @DisplayName("CAN-1: a client that sent much ahead and left is noticed while its first request is served")
    void aClientThatSentMuchAheadAndLeftIsNoticed() throws Exception {
        String large = "{\"model\":\"tiny\",\"prompt\":\"" + "x".repeat(100_000) + "\"}";
        try (ApiFixture api = new ApiFixture()) {
            ScriptedFrontend.Submission first;
            try (RawClient client = api.connect()) {
                client.post("/v1/completions", large);
                first = api.frontend.next();
                client.post("/v1/completions", large).post("/v1/completions", large);
            }
            assertThat(first.cancellation()).isEqualTo(StopReason.CLIENT_GONE);
        }
    }

    @Test
    void aConnectionIsClosedWhenTheClientAsksForIt() throws Exception {
        try (ApiFixture api = new ApiFixture();
                RawClient client = api.connect()) {
            client.post("/v1/completions", UNARY, "Connection: close\r\n");
            api.frontend.next().completes();

            assertThat(client.response().header("connection")).isEqualTo("close");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aBodyThatIsDeclaredTooLargeIsRefusedBeforeItIsSent() throws Exception {
        try (ApiFixture api = new ApiFixture(CONFIG.withLimits(CONFIG.limits().withBody(1000, 4000)))) {
            String frame = "{\"model\":\"tiny\",\"prompt\":\"\"}";
            String fits = frame.replace("\"\"", "\"" + "x".repeat(1000 - frame.length()) + "\"");
            try (RawClient client = api.connect().post("/v1/completions", fits)) {
                api.frontend.next().completes();
                assertThat(client.response().status()).as("1000 bytes").isEqualTo(200);
            }
            try (RawClient client = api.connect()) {
                client.send(POST + "Content-Length: 1001\r\n\r\n");
                assertThat(client.response().status()).isEqualTo(413);
                assertThat(client.isClosedByServer()).isTrue();
            }
            try (RawClient client = api.connect()) {
                client.send(POST + "Expect: 100-continue\r\n" + "Content-Length: 1001\r\n\r\n");
                assertThat(client.response().status()).as("instead of 100").isEqualTo(413);
            }
        }
    }

    @Test
    void aChunkedBodyIsRefusedWhereItBecomesTooLarge() throws Exception {
        try (ApiFixture api = new ApiFixture(CONFIG.withLimits(CONFIG.limits().withBody(1000, 4000)));
                RawClient client = api.connect()) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n" + "3e8\r\n" + "x".repeat(1000) + "\r\n1\r\nx\r\n");

            assertThat(client.response().status()).isEqualTo(413);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aRefusalIsReadEvenByAClientThatStillSends() throws Exception {
        try (ApiFixture api = new ApiFixture(CONFIG.withLimits(CONFIG.limits().withBody(1000, 4000)));
                RawClient client = api.connect()) {
            String huge = "x".repeat(4_000_000);
            Thread sender = Thread.ofVirtual().start(() -> sendQuietly(client, huge));
            assertThat(client.response().status()).isEqualTo(413);
            sender.join();
        }
    }

    @Test
    void bodiesTogetherStayWithinTheirBudget() throws Exception {
        try (ApiFixture api = new ApiFixture(CONFIG.withLimits(CONFIG.limits().withBody(1000, 1500)));
                RawClient first = api.connect();
                RawClient second = api.connect();
                RawClient third = api.connect()) {
            // An answer to 100-continue says that the server has seen the head.
            first.send(POST + "Expect: 100-continue\r\n" + "Transfer-Encoding: chunked\r\n\r\n");
            assertThat(first.response().status()).isEqualTo(100);
            first.send("384\r\n" + "{\"model\":\"tiny\",\"prompt\":\"" + "x".repeat(900 - 26));
            second.send(POST + "Transfer-Encoding: chunked\r\n\r\n");
            second.send("384\r\n" + "x".repeat(900) + "\r\n");
            Response refused = second.response();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            third.send(POST + "Content-Length: 900\r\n\r\n");
            assertThat(third.response().status()).as("refused by its head").isEqualTo(503);

            first.send("\r\n2\r\n\"}\r\n0\r\n\r\n");
            api.frontend.next().completes();
            assertThat(first.response().status()).isEqualTo(200);
            try (RawClient fourth = api.connect().post("/v1/completions", UNARY)) {
                api.frontend.next().completes();
                assertThat(fourth.response().status())
                        .as("the room is free again")
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void aClientThatDoesNotReadIsDropped(Threads threads) throws Exception {
        try (ApiFixture api = new ApiFixture(
                        threads, CONFIG.withLimits(CONFIG.limits().withPending(64 * 1024, 1024 * 1024)));
                RawClient client = api.connect()) {
            client.post(CHAT, STREAM);
            ScriptedFrontend.Submission request = api.frontend.next();
            String text = "x".repeat(10_000);
            // What the operating system buffers is beyond our control, but not without end.
            for (int i = 0; i < 10_000 && !request.isCancelled(); i++) {
                request.says(text);
                api.onLoop(() -> {});
            }

            assertThat(request.cancellation()).isEqualTo(StopReason.CLIENT_TOO_SLOW);
        }
    }

    @Test
    void aClientThatStopsReadingIsDroppedAfterTheWriteTimeOut() throws Exception {
        HttpFrontendConfig config = CONFIG.withLimits(CONFIG.limits().withPending(Integer.MAX_VALUE, Long.MAX_VALUE))
                .withTimeouts(CONFIG.timeouts().withWriteNanos(20_000_000));
        try (ApiFixture api = new ApiFixture(config);
                RawClient client = api.connect()) {
            client.post(CHAT, STREAM);
            ScriptedFrontend.Submission request = api.frontend.next();
            String text = "x".repeat(100_000);
            for (int i = 0; i < 200; i++) {
                request.says(text);
            }

            assertThat(request.cancellation()).isEqualTo(StopReason.CLIENT_TOO_SLOW);
        }
    }

    @Test
    void aFrontendThatNeverEndsARequestDoesNotHoldTheClient() throws Exception {
        HttpFrontendConfig config = CONFIG.withTimeouts(
                CONFIG.timeouts().withRequestNanos(1_000_000).withFrontendNanos(10_000_000));
        try (ApiFixture api = new ApiFixture(Threads.TWO, config);
                RawClient client = api.connect()) {
            client.post("/v1/completions", UNARY);
            ScriptedFrontend.Submission request = api.frontend.next();
            Response response = client.response();

            assertThat(response.status()).isEqualTo(504);
            assertThat(request.cancellation()).isEqualTo(StopReason.OPERATOR);
        }
    }

    @Test
    void probesAreAnsweredWhileTheFrontendIsStuck() throws Exception {
        HttpFrontendConfig config = CONFIG.withTimeouts(CONFIG.timeouts().withFrontendNanos(10_000_000));
        CountDownLatch stuck = new CountDownLatch(1);
        try (ApiFixture api = new ApiFixture(Threads.TWO, config);
                RawClient client = api.connect()) {
            api.loop.post(() -> awaitQuietly(stuck));
            Response health = client.get("/health").response();
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.body()).contains("\"stage\":\"unresponsive\"");
            assertThat(client.get("/live").response().status()).isEqualTo(200);
            assertThat(client.get("/metrics").response().body()).isEqualTo("models 0\n");
            assertThat(client.get("/v1/models").response().status()).isEqualTo(503);
            stuck.countDown();
            assertThat(client.get("/metrics").response().body()).isIn("models 1\n", "models 0\n");
        }
    }

    @Test
    @DisplayName("HLT-1: health means routable, liveness does not")
    @Shows("HLT-1")
    void healthTellsWhetherARequestCouldBeRouted() throws Exception {
        try (ApiFixture api = new ApiFixture();
                RawClient client = api.connect()) {
            Response healthy = client.get("/health").response();
            assertThat(healthy.status()).isEqualTo(200);
            assertThat(healthy.body())
                    .isEqualTo(
                            "{\"status\":\"healthy\",\"endpoints\":[\"dyn://dynamo.backend.generate\"],\"instances\":["
                                    + "{\"component\":\"backend\",\"endpoint\":\"generate\",\"namespace\":\"dynamo\","
                                    + "\"instance_id\":7,\"transport\":{\"tcp\":\"10.0.0.1:9000/7/generate\"}}]}");
            api.frontend.become(new FrontendState(Stage.READY, false, List.of()));
            Response unhealthy = client.get("/health").response();
            assertThat(unhealthy.status()).isEqualTo(503);
            assertThat(unhealthy.header("retry-after")).isEqualTo("1");
            assertThat(unhealthy.body())
                    .isEqualTo(
                            "{\"status\":\"not_ready\",\"stage\":\"ready\",\"message\":\"No instance can be routed to\","
                                    + "\"endpoints\":[],\"instances\":[]}");
            Response live = client.get("/live").response();
            assertThat(live.status()).isEqualTo(200);
            assertThat(live.body()).isEqualTo("{\"status\":\"live\",\"message\":\"Service is live\"}");
        }
    }

    @Test
    @DisplayName("SHD-3: a frontend that stops drains")
    @Shows("SHD-3")
    void aStopLetsRunningStreamsEndAndRefusesNewOnes() throws Exception {
        try (ApiFixture api = new ApiFixture();
                RawClient running = api.connect();
                RawClient probe = api.connect()) {
            running.post(CHAT, STREAM);
            ScriptedFrontend.Submission request = api.frontend.next();
            CompletableFuture<Integer> stopped = api.server.stop(TimeUnit.SECONDS.toNanos(60));

            Response live = probe.get("/live").response();
            assertThat(live.status()).isEqualTo(503);
            assertThat(live.body()).contains("\"status\":\"shutting_down\"");
            try (RawClient late = api.connect()) {
                assertThat(late.get("/health").response().body()).contains("\"stage\":\"draining\"");
            }
            try (RawClient late = api.connect().post("/v1/completions", UNARY)) {
                Response refused = late.response();
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("retry-after")).isEqualTo("1");
            }
            assertThat(stopped).isNotDone();
            request.says("the end").completes();
            assertThat(running.response().body()).contains("the end").endsWith("[DONE]\n\n");
            stopped.get();
            assertThat(running.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("SHD-2: a stop ends even when a stream does not")
    @Shows("SHD-2")
    void aStopEndsWhatDoesNotEndByItself(boolean begun) throws Exception {
        try (ApiFixture api = new ApiFixture();
                RawClient running = api.connect()) {
            running.post(CHAT, STREAM);
            ScriptedFrontend.Submission request = api.frontend.next();
            if (begun) {
                request.says("half");
                running.head();
                running.chunk();
            }
            api.server.stop(1_000_000).get();

            assertThat(request.cancellation()).isEqualTo(StopReason.OPERATOR);
            if (begun) {
                assertThat(running.chunk())
                        .contains("\"code\":\"shutting_down\"")
                        .endsWith("[DONE]\n\n");
            } else {
                assertThat(running.response().status()).isEqualTo(503);
            }
        }
    }

    @Test
    void aPortInUseIsNamed() {
        try (ApiFixture api = new ApiFixture()) {
            HttpFrontend second = new HttpFrontend(
                    CONFIG.listeningOn("127.0.0.1", api.port), api.frontend, api.loop, _ -> new byte[0]);

            assertThat(second.start())
                    .isEqualTo(
                            new StartResult.Refused("port " + api.port + " is in use; choose another with --api-port"));
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndRoomIsMadeAgain() throws Exception {
        try (ApiFixture api = new ApiFixture(CONFIG.withLimits(CONFIG.limits().withConnectionsMax(1)))) {
            try (RawClient first = api.connect()) {
                assertThat(first.get("/live").response().status()).isEqualTo(200);
                try (RawClient second = api.connect()) {
                    assertThat(second.isClosedByServer()).isTrue();
                }
                first.send("GET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                assertThat(first.response().status()).isEqualTo(200);
                assertThat(first.isClosedByServer()).isTrue();
            }
            api.onLoop(() -> {});
            try (RawClient third = api.connect()) {
                assertThat(third.get("/live").response().status()).isEqualTo(200);
            }
        }
    }

    private static int openRequests(ApiFixture api) throws Exception {
        api.onLoop(() -> {});
        return api.server.openRequests();
    }

    private static void sendQuietly(RawClient client, String body) {
        try {
            client.post("/v1/completions", body);
        } catch (java.io.IOException _) {
            // The server hung up, which is what the test is about.
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
