package io.faultline.console.distributed;

import static io.faultline.console.distributed.Processes.assertWhole;
import static io.faultline.console.distributed.Processes.await;
import static io.faultline.console.distributed.Processes.get;
import static io.faultline.console.distributed.Processes.post;
import static io.faultline.console.distributed.Processes.running;
import static io.faultline.console.distributed.Processes.startProcesses;
import static io.faultline.console.distributed.Processes.startStream;
import static io.faultline.console.distributed.Processes.sum;
import static io.faultline.runtime.shown.World.DISTRIBUTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.console.bench.CompletionStream;
import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.RunningFrontend;
import io.faultline.runtime.host.process.ProcessCluster.RunningWorker;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.shown.Shows;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Three decode workers and a frontend as processes of their own, over sockets and a real etcd, under live streams.
/// What happens to them is what an operator's `kill` does. Every answer is compared with the undisturbed one. Each
/// case leaves three workers and a frontend for the next; skipped where no etcd is installed.
class DistributedClusterTest {
    private static final int STREAMS = 12;
    private static final int TOKENS = 240;
    private static final int WORKERS = 3;
    private static final Pattern INSTANCE = Pattern.compile("\"instance_id\":(\\d+)");

    @TempDir
    private static Path folder;

    private static ProcessCluster cluster;

    private static final JsonMapper JSON = new JsonMapper();

    private long seeds = 1;

    @BeforeAll
    static void start() throws Exception {
        cluster = startProcesses(folder, WORKERS, Map.of(Setting.SPEEDUP_RATIO, "4"), Map.of());
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Shows(
            value = {"MIG-1", "MIG-5", "REQ-10"},
            in = DISTRIBUTED)
    @DisplayName("MIG-1: streams go on, byte for byte, when their worker's process is killed with SIGKILL")
    void streamsSurviveTheKillOfTheirWorker() throws Exception {
        awaitAllRoutable();
        List<CompletionStream> streams = open();
        RunningWorker victim = cluster.workers().getFirst();
        awaitServing(streams, victim);
        victim.process().kill();
        assertWhole(streams);
        assertThat(metric("dynamo_frontend_model_migration_total")).isPositive();
        cluster.restartWorker(0);
    }

    @Test
    @Shows(
            value = {"MIG-1", "HLT-4"},
            in = DISTRIBUTED)
    @DisplayName("HLT-4: a process held by SIGSTOP is found, and what it says after SIGCONT is not heard")
    void aFrozenWorkerIsFoundAndReturns() throws Exception {
        awaitAllRoutable();
        List<CompletionStream> streams = open();
        RunningWorker victim = cluster.workers().get(1);
        awaitServing(streams, victim);
        victim.process().freeze();
        await(
                "the frozen worker's streams have gone on elsewhere",
                () -> streams.stream().allMatch(CompletionStream::isOver));
        victim.process().thaw();
        assertWhole(streams);
        await("the worker serves again", () -> {
            CompletionStream one = started(cluster.frontends().getFirst(), 2);
            assertWhole(List.of(one));
            return one.worker() == victim.instance();
        });
    }

    @Test
    @Shows(
            value = {"SHD-1", "MIG-1"},
            in = DISTRIBUTED)
    @DisplayName("SHD-1: SIGTERM ends a worker with live streams with exit code 0 and no client sees an error")
    void aWorkerThatIsToldToStopHandsItsStreamsOver() throws Exception {
        awaitAllRoutable();
        List<CompletionStream> streams = open();
        RunningWorker victim = cluster.workers().get(2);
        awaitServing(streams, victim);
        victim.process().stop();
        assertThat(victim.process().exit().get()).isZero();
        assertWhole(streams);
        cluster.restartWorker(2);
    }

    @Test
    @Shows(
            value = {"SHD-3", "SHD-1"},
            in = DISTRIBUTED)
    @DisplayName("SHD-3: SIGTERM lets a frontend's running streams end, then it exits with code 0")
    void aFrontendThatIsToldToStopDrains() throws Exception {
        awaitAllRoutable();
        RunningFrontend leaving = cluster.addFrontend(Map.of(Setting.API_GRACE, "30"));
        await(
                "the new frontend knows a worker",
                () -> get(leaving.apiPort(), "/health").contains("\"instance_id\""));
        List<CompletionStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(started(leaving, TOKENS));
        }
        await("all streams run", () -> streams.stream().allMatch(s -> s.received() > 0));
        leaving.process().stop();
        assertThat(leaving.process().exit().get()).isZero();
        assertWhole(streams);
    }

    @Test
    @DisplayName("a frontend that cut responses short at the end of its grace period exits 1")
    void aFrontendThatCutsResponsesShortSaysSo() throws Exception {
        awaitAllRoutable();
        RunningFrontend leaving = cluster.addFrontend(Map.of(Setting.API_GRACE, "0.1"));
        await(
                "the new frontend knows a worker",
                () -> get(leaving.apiPort(), "/health").contains("\"instance_id\""));
        CompletionStream endless = started(leaving, 8000);
        await("a stream runs", () -> endless.received() > 0);
        leaving.process().stop();
        assertThat(leaving.process().exit().get()).isEqualTo(1);
        await("its client hears of it", endless::isOver);
        assertThat(endless.problem()).isNotEmpty();
    }

    @Test
    @Shows(
            value = {"SHD-2"},
            in = DISTRIBUTED)
    @DisplayName("SHD-2: a second SIGTERM ends a frontend at once, however long its grace period")
    void aSecondSignalEndsAFrontendAtOnce() throws Exception {
        awaitAllRoutable();
        RunningFrontend stuck = cluster.addFrontend(Map.of(Setting.API_GRACE, "100000"));
        await(
                "the new frontend knows a worker",
                () -> get(stuck.apiPort(), "/health").contains("\"instance_id\""));
        CompletionStream endless = started(stuck, 8000);
        await("a stream runs", () -> endless.received() > 0);
        stuck.process().stop();
        await("it drains", () -> !get(stuck.apiPort(), "/health").contains("\"healthy\""));
        assertThat(stuck.process().exit()).isNotDone();
        stuck.process().stop();
        assertThat(stuck.process().exit().get()).isBetween(0, 1);
    }

    @Test
    @Shows(
            value = {"CAN-2", "REQ-7a"},
            in = DISTRIBUTED)
    @DisplayName("CAN-2 REQ-7a: when a frontend is killed the workers cancel its requests, and no other frontend's")
    void theWorkersCancelAKilledFrontendsRequests() throws Exception {
        awaitAllRoutable();
        RunningFrontend victim = cluster.addFrontend(Map.of());
        await(
                "the new frontend knows a worker",
                () -> get(victim.apiPort(), "/health").contains("\"instance_id\""));
        List<CompletionStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(started(victim, 4000));
        }
        await("all streams run", () -> streams.stream().allMatch(s -> s.received() > 0));
        List<CompletionStream> others = open();
        await("the other frontend's streams run", () -> others.stream().allMatch(o -> o.received() > 0));
        victim.process().kill();
        assertWhole(others);
        await("no worker has a sequence left", () -> running(cluster) == 0);
        assertThat(streams).allSatisfy(s -> assertThat(s.received()).isLessThan(4000));
        assertThatThrownBy(() -> get(victim.apiPort(), "/live"))
                .as("nobody listens on its port")
                .isInstanceOf(ConnectException.class);
    }

    @Test
    @Shows(
            value = {"MIG-2", "REQ-8", "REQ-10"},
            in = DISTRIBUTED)
    @DisplayName("MIG-2: streams go on when the process that took them over is killed too")
    void streamsOutliveTheWorkerThatTookThemOver() throws Exception {
        awaitAllRoutable();
        List<CompletionStream> streams = open();
        awaitServing(streams, cluster.workers().get(0));
        cluster.workers().get(0).process().kill();
        awaitServing(streams, cluster.workers().get(1));
        cluster.workers().get(1).process().kill();
        assertWhole(streams);
        cluster.restartWorker(0);
        cluster.restartWorker(1);
    }

    @Test
    @Shows(value = "MIG-4", in = DISTRIBUTED)
    @DisplayName("MIG-4: what ends an answer is carried over to the next process: stop string, usage, finish reason")
    void whatEndsAnAnswerIsCarriedOver() throws Exception {
        awaitAllRoutable();
        String limits = ",\"ignore_eos\":true,\"min_tokens\":50,\"max_tokens\":400";
        String text = JSON.readTree(asked(limits).join()).at("/choices/0/text").asString();
        String stop = text.substring(text.length() * 3 / 4, text.length() * 3 / 4 + 8);
        String more = limits + ",\"stop\":" + JSON.writeValueAsString(stop);
        JsonNode undisturbed = JSON.readTree(asked(more).join());
        double before = metric("dynamo_frontend_model_migration_total");

        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            answers.add(asked(more));
        }
        RunningWorker victim = cluster.workers().get(1);
        await("the victim serves", () -> running(victim) > 0);
        victim.process().kill();
        for (CompletableFuture<String> answer : answers) {
            JsonNode moved = JSON.readTree(answer.join());
            assertThat(moved.path("choices")).isEqualTo(undisturbed.path("choices"));
            for (String count : List.of("/usage/prompt_tokens", "/usage/completion_tokens", "/usage/total_tokens")) {
                assertThat(moved.at(count)).isEqualTo(undisturbed.at(count));
            }
        }
        assertThat(undisturbed.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(metric("dynamo_frontend_model_migration_total")).isGreaterThan(before);
        cluster.restartWorker(1);
    }

    @Test
    @Shows(value = "REQ-3", in = DISTRIBUTED)
    @DisplayName("REQ-3: streams wait for a model whose every process was killed, and go on when it is back")
    void streamsWaitForAModelThatIsGone() throws Exception {
        RunningFrontend patient = cluster.addFrontend(Map.of(Setting.MIGRATION_PATIENCE, "100"));
        awaitAllRoutable(patient);
        List<CompletionStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(started(patient, TOKENS));
        }
        await("all streams run", () -> streams.stream().allMatch(s -> s.received() > 0));
        for (RunningWorker worker : cluster.workers()) {
            worker.process().kill();
        }
        assertThat(streams).noneMatch(CompletionStream::isOver);
        for (int i = 0; i < WORKERS; i++) {
            cluster.restartWorker(i);
        }
        assertWhole(streams);
        patient.process().kill();
    }

    /// The body of the answer to a request that is the same but for `more`.
    private static CompletableFuture<String> asked(String more) {
        int port = cluster.frontends().getFirst().apiPort();
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                String json = "{\"model\":\"faultline-13b\",\"prompt\":\"hi\",\"seed\":5" + more + "}";
                answer.complete(post(port, "/v1/completions", json).body());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private List<CompletionStream> open() {
        List<CompletionStream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(started(cluster.frontends().getFirst(), TOKENS));
        }
        return streams;
    }

    private CompletionStream started(RunningFrontend frontend, int tokens) {
        return startStream(frontend.apiPort(), seeds++, tokens);
    }

    /// At a token that differs from run to run.
    private static void awaitServing(List<CompletionStream> streams, RunningWorker victim) throws Exception {
        long after = 2 + System.nanoTime() % 30;
        await(
                "the victim serves streams that have begun",
                () -> streams.stream().anyMatch(s -> s.worker() == victim.instance() && s.received() > after)
                        && streams.stream().allMatch(s -> s.received() > 0));
    }

    private static void awaitAllRoutable() throws Exception {
        awaitAllRoutable(cluster.frontends().getFirst());
    }

    private static void awaitAllRoutable(RunningFrontend frontend) throws Exception {
        await("three workers are routable", () -> {
            String health = get(frontend.apiPort(), "/health");
            Matcher instance = INSTANCE.matcher(health);
            List<Long> listed = new ArrayList<>();
            while (instance.find()) {
                listed.add(Long.parseUnsignedLong(instance.group(1)));
            }
            return listed.containsAll(
                    cluster.workers().stream().map(RunningWorker::instance).toList());
        });
    }

    private static double metric(String name) throws Exception {
        return sum(get(cluster.frontends().getFirst().apiPort(), "/metrics"), name);
    }
}
