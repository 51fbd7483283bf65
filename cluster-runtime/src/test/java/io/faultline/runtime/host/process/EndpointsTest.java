package io.faultline.runtime.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A URL means what it says, or is refused with the reason.
class EndpointsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://127.0.0.1:2379                      | http://127.0.0.1:2379
            https://etcd.example:2379                  | https://etcd.example:2379
            HTTPS://etcd-0.etcd:2379/                  | https://etcd-0.etcd:2379
            http://[::1]:2379                          | http://[::1]:2379
            http://a:1, http://b:2                     | http://a:1,http://b:2
            """)
    void takesUrls(String given, String meant) {
        assertThat(Endpoints.problemWithUrls(given)).isEmpty();
        assertThat(String.join(
                        ",",
                        Endpoints.urls(given).stream().map(Object::toString).toList()))
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            127.0.0.1:2379                  | is not a URL
            localhost:2379                  | must begin with http
            ftp://127.0.0.1:2379            | must begin with http
            http://127.0.0.1                | needs a port
            http://127.0.0.1:0              | needs a port
            http://127.0.0.1:70000          | needs a port
            http://::1:2379                 | has no host
            http://[::zz]:2379              | is not a URL
            http://:2379                    | has no host
            http://256.0.0.1:2379           | has no host
            http://me:secret@a:2379         | user name or password
            http://a:2379/v3                | must end after the port
            http://a:2379?x=y               | must end after the port
            http://a:2379#x                 | must end after the port
            http://a:2379,                  | must begin with http
            http://a:1,https://b:2          | must not mix http and https
            http://a b:1                    | is not a URL
            """)
    void refusesWhatIsNone(String given, String why) {
        assertThat(Endpoints.problemWithUrls(given))
                .hasValueSatisfying(problem -> assertThat(problem).contains(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "localhost", "node-1.rack_2.example", "::1", "[::1]", "fe80::1"})
    void takesHosts(String host) {
        assertThat(Endpoints.isHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "256.1.1.1", "1.2.3", "http://a", "a:80", "::g", "-a", "a/b"})
    void refusesWhatIsNoHost(String host) {
        assertThat(Endpoints.isHost(host)).isFalse();
    }

    @Test
    @DisplayName("an IPv6 address has brackets where a port follows, and none where it is bound to")
    void brackets() {
        assertThat(Endpoints.hostPort("[::1]", 80)).isEqualTo("[::1]:80");
        assertThat(Endpoints.hostPort("::1", 80)).isEqualTo("[::1]:80");
        assertThat(Endpoints.hostPort("10.0.0.1", 80)).isEqualTo("10.0.0.1:80");
        assertThat(Endpoints.bare("[::1]")).isEqualTo("::1");
    }
}
