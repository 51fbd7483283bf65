package io.faultline.runtime.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.http.RawClient.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What RFC 9110 and 9112 ask of a server, one row a requirement: the section, what is sent, and what comes back. A
/// space-separated list of header lines follows the request line; `~` stands for the end of a line.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Rfc9112Test {
    private ApiFixture api;

    @BeforeAll
    void open() throws Exception {
        api = new ApiFixture();
    }

    @AfterAll
    void close() {
        if (api != null) {
            api.close();
        }
    }

    @ParameterizedTest(name = "RFC {0}: {1}")
    @DisplayName("a server's MUSTs")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            9112 3.2.2 | an absolute-form target is accepted      | GET http://127.0.0.1/live HTTP/1.1~Host: 127.0.0.1~~ | 200
            9112 3.2.2 | its scheme is case-insensitive           | GET HTTP://127.0.0.1/live HTTP/1.1~Host: 127.0.0.1~~ | 200
            9112 3.2.2 | with a port and a query                  | GET http://127.0.0.1:8000/live?a=b HTTP/1.1~Host: x~~ | 200
            9112 3.2.2 | with an IPv6 address                     | GET http://[::1]:8000/live HTTP/1.1~Host: [::1]:8000~~ | 200
            9112 3.2.2 | without a path it means the root         | GET http://127.0.0.1 HTTP/1.1~Host: 127.0.0.1~~ | 404
            9112 3.2   | a request without Host is refused        | GET /live HTTP/1.1~~ | 400
            9112 3.2   | a request with two Hosts is refused      | GET /live HTTP/1.1~Host: a~Host: b~~ | 400
            9112 3.2   | HTTP/1.0 needs no Host                   | GET /live HTTP/1.0~~ | 200
            9110 2.5   | a later minor version is served as 1.1   | GET /live HTTP/1.2~Host: x~~ | 200
            9110 2.5   | and any other of it                      | GET /live HTTP/1.9~Host: x~~ | 200
            9110 15.6.6| another major version is refused         | GET /live HTTP/2.0~Host: x~~ | 505
            9110 9.1   | a method that the path does not take     | PUT /v1/completions HTTP/1.1~Host: x~Content-Length: 2~~{} | 405
            9110 9.1   | without a body too                       | DELETE /v1/models HTTP/1.1~Host: x~~ | 405
            9110 9.3.2 | HEAD is served where GET is              | HEAD /live HTTP/1.1~Host: x~Connection: close~~ | 200
            9112 2.2   | an empty line before a request is passed | ~GET /live HTTP/1.1~Host: x~~ | 200
            9112 5.1   | space before a colon is refused          | GET /live HTTP/1.1~Host : x~~ | 400
            9112 5.2   | a folded header is refused               | GET /live HTTP/1.1~Host: x~ folded~~ | 400
            9112 6.1   | both framings are refused                | POST /v1/completions HTTP/1.1~Host: x~Content-Length: 2~Transfer-Encoding: chunked~~0~~ | 400
            9112 6.1   | an unknown transfer coding is refused    | POST /v1/completions HTTP/1.1~Host: x~Transfer-Encoding: gzip, chunked~~ | 501
            9112 6.3   | a last coding that is not chunked        | POST /v1/completions HTTP/1.1~Host: x~Transfer-Encoding: chunked, gzip~~ | 400
            9112 3.2   | a Host that is none is refused           | GET /live HTTP/1.1~Host: a/b~~ | 400
            9110 7.4   | an https target on an open connection    | GET https://127.0.0.1/live HTTP/1.1~Host: 127.0.0.1~~ | 421
            9110 10.1.1| HTTP/1.0 knows no expectations           | GET /live HTTP/1.0~Expect: wonders~~ | 200
            9112 6.3   | two lengths that differ are refused      | POST /v1/completions HTTP/1.1~Host: x~Content-Length: 2~Content-Length: 3~~{} | 400
            9112 6.3   | a length that is no number is refused    | POST /v1/completions HTTP/1.1~Host: x~Content-Length: two~~{} | 400
            9112 7.1   | a broken chunk is refused                | POST /v1/completions HTTP/1.1~Host: x~Transfer-Encoding: chunked~~zz~~ | 400
            9110 10.1.1| an unknown expectation is refused        | POST /v1/completions HTTP/1.1~Host: x~Expect: wonders~Content-Length: 2~~{} | 417
            9110 10.1.1| 100-continue is answered                 | POST /v1/completions HTTP/1.1~Host: x~Content-Type: application/json~Expect: 100-continue~Content-Length: 2~~ | 100
            9110 15.5.16| a media type that is not served         | POST /v1/completions HTTP/1.1~Host: x~Content-Type: text/plain~Content-Length: 2~~{} | 415
            """)
    void aServersMusts(String section, String requirement, String bytes, int status) throws Exception {
        try (RawClient client = api.connect()) {
            client.send(bytes.replace("~", "\r\n"));
            Response response = client.response();
            assertThat(response.status()).as(response.body()).isEqualTo(status);
            if (status == 405) {
                assertThat(response.header("allow"))
                        .as("RFC 9110 15.5.6: a 405 names what is taken")
                        .isNotEmpty();
            }
        }
    }
}
