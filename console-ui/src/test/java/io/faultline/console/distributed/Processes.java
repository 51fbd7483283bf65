package io.faultline.console.distributed;

import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.RunningWorker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// What the tests of processes ask them, over HTTP alone.
final class Processes {
    private static final long PATIENCE_NANOS = 300_000_000_000L;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Processes() {}

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
