package io.faultline.console.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.console.bench.CompletionStream;
import io.faultline.console.bench.CompletionStream.Request;
import io.faultline.console.bench.UndisturbedAnswers;
import io.faultline.runtime.host.process.LocalEtcd;
import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.Plan;
import io.faultline.runtime.host.process.ProcessCluster.RunningWorker;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.text.BpeTokenizer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// How the tests of processes start them, and what they ask them, over HTTP alone.
final class Processes {
    private static final long PATIENCE_NANOS = 300_000_000_000L;
    private static final UndisturbedAnswers UNDISTURBED = new UndisturbedAnswers(BpeTokenizer.cl100kBase());
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /// For JVMs that are there soon and need little.
    static final List<String> SMALL_JVM = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m");

    private Processes() {}

    /// A frontend and decode workers over an etcd of their own; the test is skipped where no etcd is installed.
    /// @param folder of etcd's data and the processes' output
    static ProcessCluster startProcesses(
            Path folder, int workers, Map<Setting, String> workerSettings, Map<Setting, String> frontendSettings)
            throws IOException, InterruptedException {
        Optional<Path> etcd = LocalEtcd.program();
        assumeTrue(etcd.isPresent(), "no etcd in PATH: install the package etcd-server to run processes over it");
        return ProcessCluster.start(
                etcd.get(), folder, new Plan(workers, workerSettings, frontendSettings, false, SMALL_JVM));
    }

    static String get(int port, String path) throws IOException, InterruptedException {
        return answer(port, path).body();
    }

    static HttpResponse<String> answer(int port, String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(url(port, path)).build(), BodyHandlers.ofString());
    }

    static HttpResponse<String> post(int port, String path, String json) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(url(port, path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI url(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /// So many tokens hold dozens of words in other scripts.
    private static final int TOKENS_WITH_OTHER_SCRIPTS = 1_000;

    /// A stream under way; its prompt differs from others by its seed.
    static CompletionStream startStream(int api, long seed, int tokens) {
        CompletionStream stream = new CompletionStream(
                api, new Request("faultline-13b", new int[] {9906, 1917, (int) seed, 11, 420}, tokens, seed));
        Thread.ofVirtual().start(stream);
        return stream;
    }

    /// Each ends without an error, and with the text that it has when nothing happens.
    static void assertWhole(Collection<CompletionStream> streams) throws Exception {
        await("all streams end", () -> streams.stream().allMatch(CompletionStream::isOver));
        assertThat(streams).allSatisfy(s -> {
            assertThat(s.problem()).isEmpty();
            assertThat(s.text()).isEqualTo(UNDISTURBED.textOf(s.request()));
        });
        // Characters of several bytes, and of several tokens, are among what was compared.
        int tokens = streams.stream().mapToInt(s -> s.request().maxTokens()).sum();
        if (tokens >= TOKENS_WITH_OTHER_SCRIPTS) {
            assertThat(streams).anyMatch(s -> s.text().chars().anyMatch(c -> c > 0x7F));
        }
    }

    /// Sequences that the workers' engines have in hand.
    static double running(ProcessCluster cluster) throws IOException, InterruptedException {
        double sum = 0;
        for (RunningWorker worker : cluster.workers()) {
            sum += running(worker);
        }
        return sum;
    }

    static double running(RunningWorker worker) throws IOException, InterruptedException {
        String metrics = get(worker.systemPort(), "/metrics");
        return sum(metrics, "faultline_engine_running_sequences") + sum(metrics, "faultline_engine_waiting_sequences");
    }

    /// Of all series whose name and labels begin like that.
    static double sum(String metrics, String name) {
        return metrics.lines()
                .filter(l -> l.startsWith(name + '{') || l.startsWith(name + ' '))
                .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Asks again until it is true; the limit is for a cluster that hangs.
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long limit = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("this never came true: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
