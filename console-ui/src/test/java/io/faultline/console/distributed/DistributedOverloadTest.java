package io.faultline.console.distributed;

import static io.faultline.console.distributed.Processes.startProcesses;
import static io.faultline.runtime.shown.World.DISTRIBUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.RunningFrontend;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.shown.Shows;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One decode worker and several frontends as processes of their own, over sockets and a real etcd, asked for more
/// than they are allowed to take. Skipped where no etcd is installed.
class DistributedOverloadTest {
    private static final int LOW_CLIENTS = 32;
    private static final int REFUSALS = 200;
    private static final int HIGH_REQUESTS = 20;

    @TempDir
    private static Path folder;

    private static ProcessCluster cluster;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        cluster = startProcesses(folder, 1, Map.of(), Map.of());
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        HTTP.close();
    }

    @Test
    @Shows(
            value = {"REJ-1", "REJ-2", "REJ-3"},
            in = DISTRIBUTED)
    @DisplayName(
            "REJ-1 REJ-2 REJ-3: a worker that another frontend's stream keeps busy is refused until told otherwise")
    void aWorkerThatSomebodyElseKeepsBusyIsNotChosen() throws Exception {
        int here = cluster.frontends().getFirst().apiPort();
        int other = cluster.addFrontend(Map.of()).apiPort();
        awaitRoutable(here);
        awaitRoutable(other);
        assertThat(threshold(here, "0.0").statusCode()).isEqualTo(200);
        try (InputStream stream = stream(other)) {
            assertThat(stream.read()).isPositive();
            Processes.await("the other frontend's stream is known here", () -> status(here) == 503);
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> refused = complete(here, 0);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("\"code\":503", "all workers are busy");
                assertThat(retryAfter(refused)).isBetween(1, 30);
            }
            assertThat(status(other)).as("thresholds are each frontend's own").isEqualTo(200);

            assertThat(threshold(here, "1.0").statusCode()).isEqualTo(200);
            assertThat(Processes.get(here, "/busy_threshold")).contains("\"active_decode_blocks_threshold\":1.0");
            assertThat(status(here)).as("in force at once").isEqualTo(200);
            assertThat(threshold(here, "1.5").statusCode()).isEqualTo(400);
            assertThat(Processes.post(
                                    here,
                                    "/busy_threshold",
                                    "{\"model\":\"nobody\",\"active_decode_blocks_threshold\":0.5}")
                            .statusCode())
                    .isEqualTo(404);

            threshold(here, "0.0");
            assertThat(status(here))
                    .as("the end of our own request took nothing from the other's load")
                    .isEqualTo(503);
        }
        Processes.await("the worker is free when the other's stream has ended", () -> status(here) == 200);
        assertThat(Processes.sum(Processes.get(here, "/metrics"), "dynamo_frontend_model_rejection_total"))
                .isGreaterThanOrEqualTo(21);
    }

    @Test
    @Shows(value = "REJ-4", in = DISTRIBUTED)
    @DisplayName("REJ-4: the adaptive limit sheds a flood, sparing those of high priority, and leaves nothing behind")
    void theAdaptiveLimitSpeaksBetweenProcesses() throws Exception {
        RunningFrontend frontend = cluster.addFrontend(Map.of(Setting.ADAPTIVE_LIMIT, "true"));
        int port = frontend.apiPort();
        awaitRoutable(port);
        Tally low = new Tally();
        Tally high = new Tally();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < LOW_CLIENTS; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                while (!Thread.interrupted()) {
                    low.count(port, -1);
                }
            }));
        }
        Processes.await("the flood is shed", () -> low.refused.get() >= REFUSALS);
        for (int i = 0; i < HIGH_REQUESTS; i++) {
            high.count(port, 1);
        }
        String metrics = Processes.get(port, "/metrics");
        clients.forEach(Thread::interrupt);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(low.others.get() + high.others.get())
                .as("answers that are neither whole nor refused")
                .isZero();
        assertThat(high.servedShare()).isGreaterThan(low.servedShare());
        assertThat(Processes.sum(metrics, "faultline_admission_limit_requests")).isPositive();
        assertThat(metrics).contains("faultline_requests_rejected_total{because=\"adaptive_limit\"}");
        for (int i = 0; i < 10; i++) {
            assertThat(status(port)).as("one at a time is less than any limit").isEqualTo(200);
        }
    }

    /// What became of one class's requests.
    private static final class Tally {
        private final AtomicInteger served = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger others = new AtomicInteger();

        /// Sends one request; one that is interrupted on its way counts for nothing.
        void count(int port, int priority) {
            try {
                switch (complete(port, priority).statusCode()) {
                    case 200 -> served.incrementAndGet();
                    case 503 -> refused.incrementAndGet();
                    default -> others.incrementAndGet();
                }
            } catch (IOException e) {
                others.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        double servedShare() {
            return (double) served.get() / Math.max(1, served.get() + refused.get());
        }
    }

    private static HttpResponse<String> complete(int port, int priority) throws IOException, InterruptedException {
        return Processes.post(
                port,
                "/v1/completions",
                "{\"model\":\"faultline-13b\",\"prompt\":\"hello\",\"ignore_eos\":true,\"max_tokens\":8,"
                        + "\"nvext\":{\"agent_hints\":{\"priority\":" + priority + "}}}");
    }

    private static int status(int port) throws IOException, InterruptedException {
        return complete(port, 0).statusCode();
    }

    private static int retryAfter(HttpResponse<String> refused) {
        return refused.headers()
                .firstValue("retry-after")
                .map(Integer::parseInt)
                .orElse(0);
    }

    /// An answer that goes on until it is closed.
    private static InputStream stream(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"model\":\"faultline-13b\",\"prompt\":\"hello\",\"ignore_eos\":true,"
                        + "\"max_tokens\":8000,\"stream\":true}"))
                .build();
        return HTTP.send(request, BodyHandlers.ofInputStream()).body();
    }

    private static HttpResponse<String> threshold(int port, String decodeBlocks)
            throws IOException, InterruptedException {
        return Processes.post(
                port,
                "/busy_threshold",
                "{\"model\":\"faultline-13b\",\"active_decode_blocks_threshold\":" + decodeBlocks + "}");
    }

    private static void awaitRoutable(int port) throws Exception {
        Processes.await("the worker is routable", () -> status(port) == 200);
    }
}
