package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.http.RawClient.Response;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests whose end could be read in two ways are refused and end the connection, so that nothing which is hidden in
/// one is ever taken for a second one.
class FramingTest {
    private static final String POST = "POST /v1/completions HTTP/1.1\r\nHost: x\r\n";
    private static final String HIDDEN = "GET /live HTTP/1.1\r\nHost: x\r\n\r\n";

    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static Stream<Arguments> doubtfulRequests() {
        return Stream.of(
                of("length and chunks", 400, POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                of("chunks and length", 400, POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                of("two lengths", 400, POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                of("the same length twice", 400, POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
                of("two lengths in one", 400, POST + "Content-Length: 5, 5\r\n\r\nhello"),
                of("signed length", 400, POST + "Content-Length: +5\r\n\r\nhello"),
                of("negative length", 400, POST + "Content-Length: -5\r\n\r\nhello"),
                of("hexadecimal length", 400, POST + "Content-Length: 0x5\r\n\r\nhello"),
                of("empty length", 400, POST + "Content-Length:\r\n\r\nhello"),
                of("endless length", 400, POST + "Content-Length: 99999999999999999999\r\n\r\nhello"),
                of("unknown coding", 400, POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                of("two codings", 501, POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                of(
                        "chunked twice",
                        501,
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                of("identity", 400, POST + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                of("space before the colon", 400, POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                of("control character in a coding", 400, POST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
                of("quoted coding", 400, POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
                of("folded header", 400, POST + "X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                of("folded value", 400, POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                of("folded first header", 400, "GET /live HTTP/1.1\r\n Host: x\r\n\r\n"),
                of("folded with a tab", 400, "GET /live HTTP/1.1\r\nHost: x\r\n\tX-A: b\r\n\r\n"),
                of("bare line feeds", 400, "POST /v1/completions HTTP/1.1\nHost: x\nContent-Length: 0\n\n"),
                of("bare line feed in the head", 400, POST + "X-A: b\nContent-Length: 0\r\n\r\n"),
                of("bare carriage return", 400, POST + "X-A: b\rContent-Length: 0\r\n\r\n"),
                of("zero byte in a header", 400, POST + "X-A: b\u0000c\r\n\r\n"),
                of(
                        "old version with chunks",
                        400,
                        "POST /v1/completions HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                of("chunk size overflow", 400, chunked("FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")),
                of("chunk size wraps", 400, chunked("100000005\r\nhello\r\n0\r\n\r\n")),
                of("signed chunk size", 400, chunked("+5\r\nhello\r\n0\r\n\r\n")),
                of("negative chunk size", 400, chunked("-1\r\nhello\r\n0\r\n\r\n")),
                of("prefixed chunk size", 400, chunked("0x5\r\nhello\r\n0\r\n\r\n")),
                of("empty chunk size", 400, chunked("\r\nhello\r\n0\r\n\r\n")),
                of("chunk without its end", 400, chunked("5\r\nhelloGET0\r\n\r\n")),
                of("chunk with a bare line feed", 400, chunked("5\nhello\r\n0\r\n\r\n")),
                of("chunk ended by a bare line feed", 400, chunked("5\r\nhello\n0\r\n\r\n")),
                of("endless chunk extension", 400, chunked("5;" + "x".repeat(100_000) + "\r\nhello\r\n0\r\n\r\n")),
                of("unknown expectation", 417, POST + "Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello"),
                of(
                        "two expectations",
                        417,
                        POST + "Expect: 100-continue\r\nExpect: x\r\nContent-Length: 5\r\n\r\nhello"),
                of("GET with a body", 400, "GET /live HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
                of(
                        "GET with chunks",
                        400,
                        "GET /live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                of("absolute target without a host", 400, "GET http:///live HTTP/1.1\r\nHost: x\r\n\r\n"),
                of("absolute target of another scheme", 400, "GET ftp://x/live HTTP/1.1\r\nHost: x\r\n\r\n"),
                of("target of a proxy", 400, "CONNECT elsewhere:80 HTTP/1.1\r\nHost: x\r\n\r\n"),
                of("no target", 400, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
                of("no host", 400, "GET /live HTTP/1.1\r\n\r\n"),
                of("two hosts", 400, "GET /live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
                of("no version", 400, "GET /live\r\n\r\n"),
                of("unknown version", 505, "GET /live HTTP/3.0\r\nHost: x\r\n\r\n"),
                of("second version of HTTP", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                of("not HTTP", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"),
                of("long request line", 414, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
                of("long header", 431, "GET /live HTTP/1.1\r\nHost: x\r\nX-A: " + "a".repeat(100_000) + "\r\n\r\n"),
                of("many headers", 431, "GET /live HTTP/1.1\r\nHost: x\r\n" + "X-A: b\r\n".repeat(10_000) + "\r\n"),
                of("long trailers", 431, chunked("0\r\n" + "X-A: b\r\n".repeat(10_000) + "\r\n")));
    }

    private static Arguments of(String name, int status, String bytes) {
        return Arguments.of(name, status, bytes);
    }

    private static String chunked(String body) {
        return POST + "Transfer-Encoding: chunked\r\n\r\n" + body;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doubtfulRequests")
    void doubtfulRequestsAreRefusedAndEndTheConnection(String name, int status, String bytes) throws Exception {
        try (RawClient client = api.connect()) {
            client.send(bytes + HIDDEN);
            Response response = client.response();

            assertThat(response.status()).as(response.body()).isEqualTo(status);
            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(response.header("x-dynamo-request-id")).hasSize(36);
            assertThat(response.body()).contains("\"error\":{\"message\":");
            assertThat(client.isClosedByServer()).as("nothing follows").isTrue();
        }
        assertThat(api.frontend.submitted()).isZero();
    }

    @Test
    void aFoldIsFoundHoweverTheHeadIsCutUp() throws Exception {
        String folded = "GET /live HTTP/1.1\r\nHost: x\r\n X-A: b\r\n\r\n";
        for (int cut = 1; cut < folded.length(); cut++) {
            try (RawClient client = api.connect()) {
                // The first request makes sure that the pieces after it arrive one by one more often than not.
                client.get("/live").response();
                client.send(folded.substring(0, cut));
                api.onLoop(() -> {});
                client.send(folded.substring(cut));
                assertThat(client.response().status()).as("cut at %s", cut).isEqualTo(400);
            }
        }
    }

    @Test
    void headsThatFollowOneAnotherAreEachLookedThrough() throws Exception {
        try (RawClient client = api.connect()) {
            client.send("\r\nGET /live HTTP/1.1\r\nHost: x\r\n\r\n" + POST + "Content-Length: 10\r\n\r\n{\"a\":\r\n 1}"
                    + HIDDEN + "GET /live HTTP/1.1\r\nHost: x\r\n X-A: b\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.response().status())
                    .as("a body may have such lines")
                    .isEqualTo(400);
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.response().body()).contains("A header is one line.");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void properChunksAreABody() throws Exception {
        try (RawClient client = api.connect()) {
            client.send(chunked("1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-Trailer: y\r\n\r\n") + HIDDEN);

            Response missing = client.response();
            assertThat(missing.status()).isEqualTo(400);
            assertThat(missing.body()).contains("\"param\":\"model\"");
            assertThat(client.response().status()).as("the request after it").isEqualTo(200);
        }
    }

    @Test
    void unknownPathsAndMethodsAreToldApart() throws Exception {
        try (RawClient client = api.connect()) {
            assertThat(client.get("/v1/nothing").response().status()).isEqualTo(404);
            Response wrong = client.get("/v1/completions").response();
            assertThat(wrong.status()).isEqualTo(405);
            assertThat(wrong.header("allow")).isEqualTo("POST");
            client.send("DELETE /live?now HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.response().header("allow")).isEqualTo("GET, HEAD");
            client.send("HEAD /live HTTP/1.1\r\nHost: x\r\n\r\n");
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 200 OK").contains("content-length: 45");
            assertThat(client.get("/live?probe=1").response().status()).isEqualTo(200);
        }
    }

    @Test
    void anExpectantClientIsToldToContinue() throws Exception {
        try (RawClient client = api.connect()) {
            client.send(POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(100);
            client.send("{}");
            assertThat(client.response().body()).contains("\"param\":\"model\"");
        }
    }
}
