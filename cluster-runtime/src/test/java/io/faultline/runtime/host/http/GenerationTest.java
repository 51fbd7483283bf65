package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.http.RawClient.Response;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.request.Usage;
import io.faultline.runtime.shown.Shows;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes over the wire for a generation, byte by byte where it matters.
class GenerationTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final String STREAM = "{" + MESSAGES + ",\"stream\":true}";
    private static final String UNARY = "{" + MESSAGES + "}";
    private static final String ID = "0f9d3c3e-7a51-4a0b-9a44-2d9f3d1f0001";

    private ApiFixture api;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        api = new ApiFixture();
        client = api.connect();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        api.close();
    }

    @Test
    void aStreamIsARoleTextsAFinishAndADone() throws Exception {
        client.post(CHAT, STREAM, "X-Dynamo-Request-Id: " + ID + "\r\n");
        api.frontend.next().says("a", "\"\u0001é\uD83D\uDE00").completes();
        Response response = client.response();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).isEqualTo("text/event-stream");
        assertThat(response.header("x-dynamo-request-id")).isEqualTo(ID);
        String chunk = "data: {\"id\":\"chatcmpl-" + ID
                + "\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"tiny\",\"choices\":[{\"index\":0,";
        String open = ",\"logprobs\":null,\"finish_reason\":null}]}\n\n";
        assertThat(response.body().replaceAll("\"created\":\\d+", "\"created\":0"))
                .isEqualTo(chunk + "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}" + open
                        + chunk + "\"delta\":{\"content\":\"a\"}" + open
                        + chunk + "\"delta\":{\"content\":\"\\\"\\u0001é\uD83D\uDE00\"}" + open
                        + chunk + "\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
                        + "data: [DONE]\n\n");
    }

    @Test
    void tokensOfOneTurnTravelTogetherButEachInItsOwnEvent() throws Exception {
        client.post(CHAT, STREAM);
        ScriptedFrontend.Submission request = api.frontend.next();
        request.says("a", "b", "c");
        client.head();
        String together = client.chunk();
        request.says("d");
        String alone = client.chunk();
        request.completes();

        assertThat(together.split("\n\n")).hasSize(4).allMatch(event -> event.startsWith("data: {"));
        assertThat(alone.split("\n\n")).singleElement().asString().contains("{\"content\":\"d\"}");
    }

    @Test
    void usageIsSentWhenItIsAskedFor() throws Exception {
        client.post(CHAT, "{" + MESSAGES + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        api.frontend.next().says("a").completes();

        List<String> events = List.of(client.response().body().split("\n\n"));

        assertThat(events).hasSize(5);
        assertThat(events.subList(0, 3)).allMatch(e -> e.contains("\"usage\":null"));
        assertThat(events.get(3))
                .contains("\"choices\":[],")
                .contains("\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":1}}");
    }

    @Test
    void aStreamSaysWhoServesItAsSoonAsItIsKnownAndAgainAfterAMigration() throws Exception {
        client.post(CHAT, "{" + MESSAGES + ",\"stream\":true,\"nvext\":{\"extra_fields\":[\"worker_id\"]}}");
        ScriptedFrontend.Submission request = api.frontend.next();
        request.routedTo(7).says("a");
        client.head();
        String first = client.chunk();
        request.routedTo(-1).says("b");
        String afterMigration = client.chunk();
        request.says("c");
        String later = client.chunk();
        request.ends(new Outcome.Completed(FinishReason.STOP, new Usage(1, 3, 0), List.of(7L, -1L)));
        String last = client.chunk();

        assertThat(first)
                .containsOnlyOnce(
                        "\"nvext\":{\"worker_id\":{\"prefill_worker_id\":7,\"decode_worker_id\":7,\"workers\":[7]}}");
        String both = "\"nvext\":{\"worker_id\":{\"prefill_worker_id\":7,\"decode_worker_id\":18446744073709551615,"
                + "\"workers\":[7,18446744073709551615]}}";
        assertThat(afterMigration).contains(both).contains("\"content\":\"b\"");
        assertThat(later).doesNotContain("nvext");
        assertThat(last).contains(both).contains("\"finish_reason\":\"stop\"");
    }

    @Test
    void aDocumentSaysWhoServedIt() throws Exception {
        client.post(
                "/v1/completions",
                "{\"model\":\"tiny\",\"prompt\":[5,6],\"nvext\":{\"extra_fields\":[\"worker_id\"]}}");
        api.frontend.next().says("a").completes();

        assertThat(client.response().body())
                .contains("\"text\":\"a\"")
                .endsWith(
                        ",\"nvext\":{\"worker_id\":{\"prefill_worker_id\":7,\"decode_worker_id\":7,\"workers\":[7]}}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {STREAM, UNARY})
    @DisplayName("REJ-2: a refusal before the first token has its own status and says when to come back")
    @Shows("REJ-2")
    void aRefusalHasItsOwnStatus(String body) throws Exception {
        client.post(CHAT, body);
        api.frontend
                .next()
                .ends(new Outcome.Rejected(new RequestError(ErrorType.RESOURCE_EXHAUSTED, "all workers are busy"), 3));
        Response response = client.response();

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("retry-after")).isEqualTo("3");
        assertThat(response.header("x-dynamo-request-id")).hasSize(36);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"message\":\"all workers are busy\",\"type\":\"service_unavailable\","
                        + "\"param\":null,\"code\":\"resource_exhausted\",\"retryable\":true},\"message\":\"all workers are busy\","
                        + "\"type\":\"Service Unavailable\",\"code\":503}");
    }

    @ParameterizedTest
    @EnumSource(ErrorType.class)
    @Shows({"MIG-3", "REQ-7b"})
    void everyErrorHasTheStatusOfTheTable(ErrorType type) throws Exception {
        client.post(CHAT, STREAM);
        api.frontend.next().ends(new Outcome.Failed(new RequestError(type, "so it went")));
        Response response = client.response();

        assertThat(response.status()).isEqualTo(type.httpStatus());
        assertThat(response.header("retry-after").isEmpty()).isEqualTo(type.httpStatus() != 503);
        assertThat(response.body())
                .contains("\"code\":" + type.httpStatus())
                .contains("\"retryable\":" + type.retryable());
    }

    @Test
    @Shows("MIG-2")
    void anErrorInsideAStreamIsAnEventAndTheConnectionLivesOn() throws Exception {
        client.post(CHAT, STREAM);
        ScriptedFrontend.Submission request = api.frontend.next();
        request.says("half");
        client.head();
        client.chunk();
        request.ends(new Outcome.Failed(new RequestError(ErrorType.DISCONNECTED, "the worker is gone")));
        String[] events = client.chunk().split("\n\n");

        assertThat(events).hasSize(2);
        assertThat(events[0])
                .startsWith("data: {\"error\":{\"message\":\"the worker is gone\",\"type\":\"service_unavailable\"");
        assertThat(events[1]).isEqualTo("data: [DONE]");
        assertThat(client.chunk()).as("the end of the body").isEmpty();
        assertThat(client.get("/live").response().status()).isEqualTo(200);
    }

    @Test
    void anOperatorsCancellationReachesTheClient() throws Exception {
        client.post(CHAT, UNARY);
        api.frontend.next().ends(new Outcome.Cancelled(StopReason.OPERATOR));

        assertThat(client.response().status()).isEqualTo(499);
    }

    @Test
    void anAnswerWithoutTextIsWholeToo() throws Exception {
        client.post(CHAT, STREAM);
        api.frontend.next().ends(new Outcome.Completed(FinishReason.LENGTH, new Usage(3, 0, 0), List.of(7L)));

        String[] events = client.response().body().split("\n\n");

        assertThat(events).hasSize(3);
        assertThat(events[0]).contains("\"role\":\"assistant\"");
        assertThat(events[1]).contains("\"finish_reason\":\"length\"");
    }

    @Test
    void heldBackTextComesBeforeTheFinish() throws Exception {
        client.post(CHAT, STREAM);
        api.frontend
                .next()
                .says("", "a", "")
                .endsWith("tail", new Outcome.Completed(FinishReason.STOP, new Usage(3, 3, 0), List.of(7L)));

        String[] events = client.response().body().split("\n\n");

        assertThat(events).hasSize(5);
        assertThat(events[2]).contains("{\"content\":\"tail\"}");
    }

    @Test
    void halvesOfACharacterInTwoTokensAreOneInADocument() throws Exception {
        client.post(CHAT, UNARY);
        api.frontend.next().says("\uD83D", "\uDE00").completes();

        assertThat(client.response().body()).contains("\"content\":\"\uD83D\uDE00\"");
    }

    @Test
    void aRequestIdThatIsNoUuidIsReplaced() throws Exception {
        client.post(CHAT, UNARY, "x-dynamo-request-id: me\r\n");
        ScriptedFrontend.Submission request = api.frontend.next();
        request.completes();

        String id = client.response().header("x-dynamo-request-id");
        assertThat(UUID.fromString(id)).hasToString(request.request().id());
    }

    @Test
    void aRequestIdIsUsedByOneRequestAtATime() throws Exception {
        client.post(CHAT, UNARY, "x-dynamo-request-id: " + ID + "\r\n");
        ScriptedFrontend.Submission request = api.frontend.next();
        try (RawClient second = api.connect()) {
            second.post(CHAT, UNARY, "x-dynamo-request-id: " + ID + "\r\n");
            Response refused = second.response();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("\"param\":\"x-dynamo-request-id\"");

            request.completes();
            assertThat(client.response().status()).isEqualTo(200);
            second.post(CHAT, UNARY, "x-dynamo-request-id: " + ID + "\r\n");
            api.frontend.next().completes();
            assertThat(second.response().status()).isEqualTo(200);
        }
    }

    @Test
    void equalIdsGiveEqualSeedsAndOthersOthers() throws Exception {
        client.post(CHAT, UNARY, "x-dynamo-request-id: " + ID + "\r\n");
        ScriptedFrontend.Submission first = api.frontend.next();
        first.completes();
        client.response();
        client.post(CHAT, UNARY, "x-dynamo-request-id: " + ID + "\r\n");
        ScriptedFrontend.Submission again = api.frontend.next();
        again.completes();
        client.response();
        client.post(CHAT, UNARY);
        ScriptedFrontend.Submission other = api.frontend.next();
        other.completes();
        client.response();

        assertThat(again.request().sampling()).isEqualTo(first.request().sampling());
        assertThat(other.request().sampling()).isNotEqualTo(first.request().sampling());
    }

    @Test
    void aQuietStreamSendsCommentsIfConfigured() throws Exception {
        HttpFrontendConfig config = HttpFrontendConfig.defaults();
        try (ApiFixture quiet = new ApiFixture(
                        config.withTimeouts(config.timeouts().withEventStreamKeepAliveNanos(5_000_000)));
                RawClient waiting = quiet.connect()) {
            waiting.post(CHAT, STREAM);
            ScriptedFrontend.Submission request = quiet.frontend.next();
            assertThat(waiting.head()).startsWith("HTTP/1.1 200 OK");
            assertThat(waiting.chunk()).isEqualTo(": keep-alive\n\n");
            request.ends(new Outcome.Failed(new RequestError(ErrorType.UNAVAILABLE, "nobody came")));
            String rest = waiting.chunk();
            while (rest.startsWith(":")) {
                rest = waiting.chunk();
            }
            assertThat(rest)
                    .startsWith("data: {\"error\":{\"message\":\"nobody came\"")
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void oldHttpGetsAStreamThatEndsWithTheConnection() throws Exception {
        client.send("POST " + CHAT + " HTTP/1.0\r\nContent-Length: " + STREAM.length() + "\r\n\r\n" + STREAM);
        api.frontend.next().says("a").completes();
        Response response = client.response();

        assertThat(response.header("transfer-encoding")).isEmpty();
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(response.body()).startsWith("data: {").endsWith("data: [DONE]\n\n");
    }
}
