package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.http.RawClient.Response;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is JSON and what is not, over the wire: every class of document that parsers disagree on. A value
/// that is JSON is passed over in a field that nobody knows; one that is not ends in a 400 that says where.
class JsonCorpusTest {
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-0",
                "-1",
                "1.5",
                "1e5",
                "1E+5",
                "1e-5",
                "0e1",
                "0e+1",
                "123.456e78",
                "-0.0",
                "1e400",
                "-1e-400",
                "100000000000000000000000000000",
                "\"\"",
                "\"a\"",
                "\"\\u0061\"",
                "\"\\u0000\"",
                "\"\\\\\\/\\b\\f\\n\\r\\t\"",
                "\"\\uD83D\\uDE00\"",
                "\"\u007f\"",
                "\"\u2028\u2029\"",
                "\"\uFFFE\uFFFF\"",
                "\"/*\"",
                "\"\uD83D\uDE00\"",
                "[]",
                "[ ]",
                "[[]]",
                "[null,1,\"1\",{}]",
                " [ 1 ] ",
                "{}",
                "{\"\":0}",
                "{\"a\":1,\"b\":1}",
                "{\"a\\u0000b\":1}",
                "[1\n,\r\n\t2]"
            })
    void whatIsJsonIsRead(String value) throws Exception {
        try (RawClient client = api.connect()) {
            client.post("/v1/completions", "{\"model\":\"tiny\",\"prompt\":\"hi\",\"ignored\":" + value + "}");
            api.frontend.next().completes();
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "nul",
                "True",
                "undefined",
                "NaN",
                "-Infinity",
                "Infinity",
                "+1",
                "01",
                "-01",
                "1.",
                ".1",
                "-",
                "1e",
                "1e+",
                "1.e1",
                "0x1",
                "1_000",
                "1,2",
                "--1",
                "1 000",
                "0.1.2",
                "1eE2",
                "\u0661",
                "'a'",
                "\"a",
                "a",
                "\"\\\"",
                "\"\\a\"",
                "\"\\x41\"",
                "\"\\u12\"",
                "\"\\u12G4\"",
                "\"\t\"",
                "\"\n\"",
                "\"\u0000\"",
                "\"\u001f\"",
                "[",
                "]",
                "[1",
                "[1,]",
                "[,1]",
                "[1,,2]",
                "[1 2]",
                "[1:2]",
                "[\"a\"",
                "[\"a\",",
                "{",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "[1}",
                "{\"a\":1]",
                "/**/1",
                "1//",
                "1#",
                "\u00a01",
                "\u20601",
                "\ufeff1",
                "1\u000b",
                "1\u000c",
                "\uFF11",
                "<null>",
                "(1)",
                "*"
            })
    void whatIsNotJsonIsRefused(String value) throws Exception {
        int before = api.frontend.submitted();
        String[] documents = {
            value, "{\"model\":\"tiny\",\"prompt\":\"hi\",\"ignored\":" + value + "}",
        };
        for (String document : documents) {
            try (RawClient client = api.connect()) {
                Response response = client.post("/v1/completions", document).response();
                assertThat(response.status()).as(document).isEqualTo(400);
                assertThat(client.get("/live").response().status()).isEqualTo(200);
            }
        }
        assertThat(api.frontend.submitted()).as("requests that got through").isEqualTo(before);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() throws Exception {
        int[][] broken = {
            {0x80},
            {0xBF},
            {0xC0, 0x80},
            {0xC1, 0xBF},
            {0xC3},
            {0xE0, 0x80, 0x80},
            {0xE2, 0x82},
            {0xED, 0xA0, 0x80},
            {0xF0, 0x80, 0x80, 0x80},
            {0xF4, 0x90, 0x80, 0x80},
            {0xF8, 0x88, 0x80, 0x80, 0x80},
            {0xFE},
            {0xFF},
        };
        for (int[] bytes : broken) {
            byte[] start = "{\"model\":\"tiny\",\"prompt\":\"".getBytes(StandardCharsets.US_ASCII);
            byte[] end = "\"}".getBytes(StandardCharsets.US_ASCII);
            byte[] body = new byte[start.length + bytes.length + end.length];
            System.arraycopy(start, 0, body, 0, start.length);
            for (int i = 0; i < bytes.length; i++) {
                body[start.length + i] = (byte) bytes[i];
            }
            System.arraycopy(end, 0, body, start.length + bytes.length, end.length);
            assertThat(statusOf(body)).as("bytes %s", bytes).isEqualTo(400);
        }
    }

    @Test
    void otherEncodingsAreRefused() throws Exception {
        String document = "{\"model\":\"tiny\",\"prompt\":\"hi\"}";
        for (String charset : new String[] {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"}) {
            assertThat(statusOf(document.getBytes(Charset.forName(charset))))
                    .as(charset)
                    .isEqualTo(400);
        }
        assertThat(statusOf(("\uFEFF" + document).getBytes(StandardCharsets.UTF_8)))
                .as("with a byte order mark")
                .isEqualTo(400);
    }

    @Test
    void depthAndSizeOfWhatIsPassedOverAreBounded() throws Exception {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertThat(statusOf(wrapped(deep))).isEqualTo(400);
        assertThat(statusOf(wrapped("{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000))))
                .isEqualTo(400);
        assertThat(statusOf(wrapped("1".repeat(1_000_000)))).isEqualTo(400);
        assertThat(statusOf(wrapped("1e" + "9".repeat(1_000_000)))).isEqualTo(400);
        assertThat(statusOf(wrapped("0." + "9".repeat(1_000_000)))).isEqualTo(400);
        assertThat(statusOf(wrapped("{\"" + "k".repeat(1_000_000) + "\":1}"))).isEqualTo(400);
    }

    /// Half a pair is a string of JSON, but of no text; it must not break anything behind.
    @Test
    void halfASurrogatePairIsServed() throws Exception {
        try (RawClient client = api.connect()) {
            client.post("/v1/completions", "{\"model\":\"tiny\",\"prompt\":\"a\\uD800b\"}");
            api.frontend.next().says("a\uD800").completes();
            Response response = client.response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).contains("\"text\":\"a\uFFFD\"");
        }
    }

    private static byte[] wrapped(String value) {
        return ("{\"model\":\"tiny\",\"prompt\":\"hi\",\"ignored\":" + value + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static int statusOf(byte[] body) throws Exception {
        try (RawClient client = api.connect()) {
            client.sendBytes(
                    "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n", body);
            return client.response().status();
        }
    }
}
