package io.faultline.console.distributed;

import static io.faultline.console.distributed.Processes.answer;
import static io.faultline.console.distributed.Processes.assertWhole;
import static io.faultline.console.distributed.Processes.await;
import static io.faultline.console.distributed.Processes.get;
import static io.faultline.console.distributed.Processes.post;
import static io.faultline.console.distributed.Processes.running;
import static io.faultline.console.distributed.Processes.startProcesses;
import static io.faultline.console.distributed.Processes.sum;
import static io.faultline.runtime.shown.World.DISTRIBUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.console.bench.CompletionStream;
import io.faultline.console.bench.CompletionStream.Request;
import io.faultline.console.bench.UndisturbedAnswers;
import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.RunningFrontend;
import io.faultline.runtime.host.process.ProcessCluster.RunningWorker;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.BpeTokenizer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients and orchestrators see of processes: health, refusals, errors, and what becomes of requests nobody waits
/// for. Two workers that let their streams end before they do. Each case leaves both for the next; skipped where no
/// etcd is installed.
class DistributedApiTest {
    private static final String MODEL = "faultline-13b";
    private static final UndisturbedAnswers UNDISTURBED = new UndisturbedAnswers(BpeTokenizer.cl100kBase());

    @TempDir
    private static Path folder;

    private static ProcessCluster cluster;
    private static int api;

    @BeforeAll
    static void start() throws Exception {
        cluster = startProcesses(
                folder,
                2,
                Map.of(Setting.SPEEDUP_RATIO, "4", Setting.ON_STOP, "drain", Setting.LEASE_TTL, "2"),
                Map.of());
        api = cluster.frontends().getFirst().apiPort();
        awaitBoth();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static void awaitBoth() throws Exception {
        await("both workers are routable", () -> {
            String health = get(api, "/health");
            return cluster.workers().stream()
                    .allMatch(w -> health.contains("\"instance_id\":" + Long.toUnsignedString(w.instance())));
        });
    }

    @Test
    @DisplayName("HLT-1 SHD-1: a worker that drains is alive and not ready, and exits with 0 after its streams")
    @Shows(
            value = {"HLT-1", "SHD-1"},
            in = DISTRIBUTED)
    void aDrainingWorkerIsAliveAndNotReady() throws Exception {
        List<CompletionStream> streams = open(api, 4, 400);
        RunningWorker leaving = cluster.workers().getFirst();
        assertThat(answer(leaving.systemPort(), "/health").statusCode()).isEqualTo(200);
        assertThat(answer(leaving.systemPort(), "/live").statusCode()).isEqualTo(200);
        leaving.process().stop();
        await("it is not ready", () -> answer(leaving.systemPort(), "/health").statusCode() == 503);
        assertThat(answer(leaving.systemPort(), "/live").statusCode()).isEqualTo(200);
        assertThat(leaving.process().exit().get()).isZero();
        assertWhole(streams);
        cluster.restartWorker(0);
        awaitBoth();
    }

    @Test
    @DisplayName("HLT-1: a frontend that knows no worker is alive and not ready")
    @Shows(value = "HLT-1", in = DISTRIBUTED)
    void aFrontendWithoutWorkersIsAliveAndNotReady() throws Exception {
        RunningFrontend alone = cluster.addFrontend(Map.of(Setting.NAMESPACE, "nobody"));
        assertThat(answer(alone.apiPort(), "/live").statusCode()).isEqualTo(200);
        assertThat(answer(alone.apiPort(), "/health").statusCode()).isEqualTo(503);
        assertThat(answer(api, "/health").statusCode()).isEqualTo(200);
        alone.process().kill();
    }

    @ParameterizedTest
    @DisplayName("CAN-1 CAN-2: a client that goes takes its request off the worker")
    @CsvSource({
        "/v1/completions, true",
        "/v1/completions, false",
        "/v1/chat/completions, true",
        "/v1/chat/completions, false"
    })
    @Shows(
            value = {"CAN-1", "CAN-2"},
            in = DISTRIBUTED)
    void aClientThatGoesTakesItsRequestOffTheWorker(String path, boolean streams) throws Exception {
        String body = "{\"model\":\"" + MODEL + "\",\"max_tokens\":8000,\"ignore_eos\":true,\"stream\":" + streams
                + (path.contains("chat")
                        ? ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
                        : ",\"prompt\":\"Hi\"}");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), api)) {
            client.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            if (streams) {
                InputStream in = client.getInputStream();
                assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200");
            }
            await("a worker has it in hand", () -> running(cluster) == 1);
        }
        await("no worker has anything in hand", () -> running(cluster) == 0);
    }

    @Test
    @DisplayName("REJ-1 REJ-2 REJ-3: 503 with Retry-After while all are busy, until the threshold changes")
    @Shows(
            value = {"REJ-1", "REJ-2", "REJ-3"},
            in = DISTRIBUTED)
    void allBusyIsA503UntilTheThresholdChanges() throws Exception {
        assertThat(threshold("0.0").statusCode()).isEqualTo(200);
        List<CompletionStream> streams = open(cluster.addFrontend(Map.of()), 4, 2000);
        await("all workers are busy", () -> completion("\"max_tokens\":1").statusCode() == 503);
        HttpResponse<String> refused = completion("\"max_tokens\":1");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Integer.parseInt(refused.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 30);
        assertThat(refused.body()).contains("all workers are busy", "\"retryable\":true");

        assertThat(threshold("1.0").statusCode()).isEqualTo(200);
        assertThat(get(api, "/busy_threshold")).contains("1.0");
        assertThat(completion("\"max_tokens\":1").statusCode()).isEqualTo(200);
        assertWhole(streams);
    }

    private static HttpResponse<String> threshold(String share) throws Exception {
        return post(
                api,
                "/busy_threshold",
                "{\"model\":\"" + MODEL + "\",\"active_decode_blocks_threshold\":" + share + "}");
    }

    /// The frontend's first choice hangs, its connection is open: found by its silence, before any token.
    @Test
    @DisplayName("MIG-2: a request whose first worker is silent from the start is served by the other one")
    @Shows(
            value = {"MIG-2", "HLT-4"},
            in = DISTRIBUTED)
    void aRequestForASilentWorkerIsServedByTheOther() throws Exception {
        RunningWorker silent = cluster.workers().get(1);
        silent.process().freeze();
        List<CompletionStream> streams = open(api, 4, 40);
        assertWhole(streams);
        silent.process().thaw();
        assertThat(get(api, "/metrics").lines())
                .anyMatch(l -> l.startsWith("dynamo_frontend_model_migration_total{")
                        && l.contains("migration_type=\"new_request\""));
        await("it serves again", () -> {
            CompletionStream one = open(api, 1, 2).getFirst();
            await("it has ended", one::isOver);
            return one.worker() == silent.instance();
        });
    }

    @Test
    @DisplayName("REQ-7b REQ-8 MIG-2: past the last attempt a clear error that may be retried")
    @Shows(
            value = {"REQ-7b", "REQ-8", "MIG-2", "MIG-3"},
            in = DISTRIBUTED)
    void withoutAnyWorkerEveryStreamEndsWithAnErrorThatMayBeRetried() throws Exception {
        HttpResponse<String> mistaken = completion("\"max_tokens\":-1");
        assertThat(mistaken.statusCode()).isEqualTo(400);
        assertThat(mistaken.body()).contains("invalid_request_error", "max_tokens", "\"retryable\":false");
        List<CompletionStream> streams = open(api, 4, 4000);
        for (RunningWorker worker : cluster.workers()) {
            worker.process().kill();
        }
        await("every stream ends", () -> streams.stream().allMatch(CompletionStream::isOver));
        assertThat(streams).allSatisfy(s -> {
            assertThat(s.problem()).isNotEmpty().doesNotContain("broke off", "has no end");
            assertThat(UNDISTURBED.textOf(s.request())).startsWith(s.text());
        });
        await("new requests are refused", () -> completion("\"max_tokens\":1").statusCode() == 503);
        HttpResponse<String> refused = completion("\"max_tokens\":1");
        assertThat(refused.body()).contains("service_unavailable", "\"retryable\":true");
        assertThat(sum(get(api, "/metrics"), "dynamo_frontend_model_migration_total"))
                .isPositive();
        cluster.restartWorker(0);
        cluster.restartWorker(1);
        awaitBoth();
        assertThat(completion("\"max_tokens\":1").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> completion(String fields) throws Exception {
        return post(api, "/v1/completions", "{\"model\":\"" + MODEL + "\",\"prompt\":\"Hi\"," + fields + "}");
    }

    private static List<CompletionStream> open(RunningFrontend frontend, int count, int tokens) throws Exception {
        await(
                "the new frontend knows a worker",
                () -> answer(frontend.apiPort(), "/health").statusCode() == 200);
        return open(frontend.apiPort(), count, tokens);
    }

    /// Returns when all of them have begun.
    private static List<CompletionStream> open(int port, int count, int tokens) throws Exception {
        List<CompletionStream> streams = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            CompletionStream stream =
                    new CompletionStream(port, new Request(MODEL, new int[] {9906, 1917, i, 11, 420}, tokens, i));
            Thread.ofVirtual().start(stream);
            streams.add(stream);
        }
        await("all streams run", () -> streams.stream().allMatch(s -> s.received() > 0 || s.isOver()));
        return streams;
    }

    private static void assertWhole(List<CompletionStream> streams) throws Exception {
        await("all streams end", () -> streams.stream().allMatch(CompletionStream::isOver));
        assertThat(streams).allSatisfy(s -> {
            assertThat(s.problem()).isEmpty();
            assertThat(s.text()).isEqualTo(UNDISTURBED.textOf(s.request()));
        });
    }
}
