package io.faultline.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.embedded.ApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two hundred and more broken requests over raw sockets, to the API and to the console's port: methods, targets,
/// versions, headers, chunks, half-closed connections and writers that stop. Each connection ends by itself, none is
/// answered with an error of the server's own, and nothing of them is left.
class BrokenRequestsTest {
    private static final int CASES_MIN = 200;
    /// Far beyond the servers' own time-outs: a connection that is still open then hangs.
    private static final int HANGS_MILLIS = 120_000;

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "BREW", "G\u0001T");
    private static final List<String> TARGETS = List.of(
            "/v1/completions",
            "/v1/models/../../etc/passwd",
            "//",
            "*",
            "http://127.0.0.1/v1/models",
            "http:///",
            "/%zz",
            "/a b",
            "/" + "a".repeat(9_000));
    private static final List<String> VERSIONS = List.of("HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTP/1.1", "");
    private static final List<String> HEADS = List.of(
            "Host: x\r\nContent-Length: -1\r\n\r\n",
            "Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "Host: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
            "Host: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
            "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
            "Host: x\r\nTransfer-Encoding: gzip\r\n\r\n",
            "Host: x\r\nX-A: " + "a".repeat(100_000) + "\r\n\r\n",
            "Host: x\r\n folded: yes\r\n\r\n",
            "Host : x\r\n\r\n",
            "Host: x\r\nHost: y\r\n\r\n",
            "\r\n",
            "Host: x\r\nX-A: b\u0000c\r\n\r\n",
            "Host: x\r\nno colon here\r\n\r\n",
            "Host: x\r\nExpect: wonders\r\nContent-Length: 2\r\n\r\n{}",
            "Host: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"a\":",
            "Host: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{]",
            "Host: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
            "Host: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");

    @Test
    @DisplayName("broken requests: no hang, no 5xx of the server's own, no connection left")
    void everyBrokenRequestEnds(@TempDir Path dataDir) throws Exception {
        List<String> cases = cases();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(CASES_MIN);
        try (RunningConsole console = new RunningConsole(dataDir)) {
            ApiServer api = new ApiServer(console.cluster());
            int apiPort = api.start(0);
            int consolePort = URI.create(console.url("")).getPort();
            List<String> wrong = new ArrayList<>(play("API", apiPort, cases));
            wrong.addAll(play("console", consolePort, cases));
            assertThat(wrong).isEmpty();

            assertThat(get(apiPort, "/health").statusCode()).isEqualTo(200);
            assertThat(get(consolePort, "/login").statusCode()).isEqualTo(200);
            console.await(() -> connections(apiPort) <= 1);
            api.stop();
        }
    }

    private static List<String> cases() {
        Set<String> cases = new LinkedHashSet<>();
        for (String method : METHODS) {
            for (int i = 0; i < TARGETS.size(); i++) {
                String version = VERSIONS.get((i + method.length()) % VERSIONS.size());
                cases.add(method + ' ' + TARGETS.get(i) + ' ' + version + "\r\nHost: x\r\n\r\n");
            }
        }
        for (String head : HEADS) {
            for (String line : List.of(
                    "POST /v1/completions HTTP/1.1\r\n",
                    "GET /v1/models HTTP/1.1\r\n",
                    "PUT /v1/completions HTTP/1.1\r\n",
                    "POST /api/v1/halt HTTP/1.1\r\n",
                    "POST /v1/chat/completions HTTP/1.2\r\n")) {
                cases.add(line + head);
            }
        }
        cases.add("");
        cases.add("\r\n\r\n\r\n");
        cases.add("\u0016\u0003\u0001\u0002\u0000\u0001\u0000");
        cases.add("GET");
        cases.add("GET /live HTTP/1.1\r\nHost: x");
        cases.add("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");
        cases.add("GET /live HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50));
        cases.add("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        cases.add("a".repeat(200_000));
        cases.add("\n".repeat(1_000));
        return List.copyOf(cases);
    }

    /// Every case in three ways: sent whole and half-closed, in two pieces, and never ended.
    private static List<String> play(String server, int port, List<String> cases) throws Exception {
        List<String> wrong = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> exchanges = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                String bytes = cases.get(i);
                Way way = Way.values()[i % Way.values().length];
                exchanges.add(() -> exchange(port, bytes, way));
            }
            List<Future<String>> ends = threads.invokeAll(exchanges);
            for (int i = 0; i < ends.size(); i++) {
                String end = ends.get(i).get();
                if (!end.isEmpty()) {
                    wrong.add(server + ": " + end + " to " + shown(cases.get(i)));
                }
            }
        }
        return wrong;
    }

    private enum Way {
        WHOLE_THEN_HALF_CLOSED,
        IN_TWO_PIECES_THEN_HALF_CLOSED,
        LEFT_OPEN
    }

    /// What was wrong with the answer; empty when nothing was.
    private static String exchange(int port, String text, Way way) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(HANGS_MILLIS);
            String head;
            try {
                int first = way == Way.IN_TWO_PIECES_THEN_HALF_CLOSED ? bytes.length / 2 : bytes.length;
                socket.getOutputStream().write(bytes, 0, first);
                socket.getOutputStream().flush();
                socket.getOutputStream().write(bytes, first, bytes.length - first);
                if (way != Way.LEFT_OPEN) {
                    socket.shutdownOutput();
                }
                head = firstLine(socket.getInputStream());
            } catch (SocketException _) {
                // Reset: it was given up.
                return "";
            } catch (java.net.SocketTimeoutException _) {
                return "no end";
            }
            if (head.isEmpty()) {
                return "";
            }
            String status = head.length() >= 12 ? head.substring(9, 12) : head;
            boolean isOwnError = status.startsWith("5") && !status.equals("501") && !status.equals("505");
            return isOwnError || !head.startsWith("HTTP/1.") ? head : "";
        }
    }

    /// The first line of what comes; empty when the connection ends before one.
    private static String firstLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n' && line.length() < 200; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    private static String shown(String bytes) {
        String first = bytes.lines().findFirst().orElse("");
        return (first.length() > 80 ? first.substring(0, 80) + "..." : first) + " (" + bytes.length() + " bytes)";
    }

    private static double connections(int apiPort) {
        try {
            return get(apiPort, "/metrics")
                    .body()
                    .lines()
                    .filter(l -> l.startsWith("faultline_http_connections "))
                    .mapToDouble(l -> Double.parseDouble(l.substring(l.indexOf(' ') + 1)))
                    .findFirst()
                    .orElse(Double.MAX_VALUE);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
