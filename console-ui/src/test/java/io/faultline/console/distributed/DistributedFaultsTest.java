package io.faultline.console.distributed;

import static io.faultline.console.distributed.Processes.answer;
import static io.faultline.console.distributed.Processes.assertWhole;
import static io.faultline.console.distributed.Processes.await;
import static io.faultline.console.distributed.Processes.get;
import static io.faultline.console.distributed.Processes.post;
import static io.faultline.console.distributed.Processes.startProcesses;
import static io.faultline.console.distributed.Processes.startStream;
import static io.faultline.console.distributed.Processes.sum;
import static io.faultline.runtime.shown.World.DISTRIBUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.console.bench.CompletionStream;
import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessCluster.RunningWorker;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.shown.Shows;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Three decode workers as processes whose engines are broken through their system ports, and a frontend, over a real
/// etcd. Leases outlast the test, so that whoever is gone from discovery has left it by itself. Each case leaves three
/// workers for the next; skipped where no etcd is installed.
class DistributedFaultsTest {
    private static final int WORKERS = 3;
    private static final int STREAMS = 9;
    private static final Pattern COUNT = Pattern.compile("\"count\":\"(\\d+)\"");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static ProcessCluster cluster;
    private static int api;

    private long seeds = 1;

    @BeforeAll
    static void start() throws Exception {
        cluster = startProcesses(
                folder,
                WORKERS,
                Map.of(
                        Setting.SPEEDUP_RATIO, "4",
                        Setting.FAULT_INJECTION, "true",
                        Setting.CANARY_WAIT, "0.2",
                        Setting.CANARY_TIMEOUT, "0.5",
                        Setting.LEASE_TTL, "600"),
                Map.of());
        api = cluster.frontends().getFirst().apiPort();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Shows(
            value = {"HLT-2", "HLT-1"},
            in = DISTRIBUTED)
    @DisplayName("HLT-2: an idle engine that freezes after its first token is found by its canary, and taken back")
    void anIdleEngineThatFreezesAfterOneTokenIsFound() throws Exception {
        awaitInstances(WORKERS);
        RunningWorker victim = cluster.workers().getFirst();
        String fault = inject(victim, "\"fault\":\"engine-freeze\",\"afterTokens\":1,\"duration\":600");
        await("it is not ready", () -> answer(victim.systemPort(), "/health").statusCode() == 503);
        assertThat(answer(victim.systemPort(), "/live").statusCode()).isEqualTo(200);
        awaitInstances(WORKERS - 1);
        List<CompletionStream> streams = open(40);
        assertWhole(streams);
        assertThat(streams).noneMatch(s -> s.worker() == victim.instance());

        assertThat(post(victim.systemPort(), "/faults/" + fault + "/recover", "{}")
                        .statusCode())
                .isEqualTo(200);
        await("it is ready", () -> answer(victim.systemPort(), "/health").statusCode() == 200);
        awaitInstances(WORKERS);
    }

    @Test
    @Shows(
            value = {"HLT-2", "MIG-1", "FLT-3"},
            in = DISTRIBUTED)
    @DisplayName("HLT-2 FLT-3: streams leave an engine that stands still, which returns when the fault's time is over")
    void streamsLeaveAnEngineThatStandsStill() throws Exception {
        awaitInstances(WORKERS);
        RunningWorker victim = cluster.workers().get(1);
        List<CompletionStream> streams = openOn(victim, 400);
        inject(victim, "\"fault\":\"engine-freeze\",\"afterTokens\":2,\"duration\":6");
        await("it is not ready", () -> answer(victim.systemPort(), "/health").statusCode() == 503);
        assertWhole(streams);
        await("it is ready", () -> answer(victim.systemPort(), "/health").statusCode() == 200);
        assertThat(get(victim.systemPort(), "/faults")).isEqualTo("{\"faults\":[],\"count\":0}");
        awaitInstances(WORKERS);
    }

    @Test
    @Shows(
            value = {"HLT-3", "MIG-1"},
            in = DISTRIBUTED)
    @DisplayName("HLT-3: a worker whose engine died leaves discovery, hands its streams over and exits with code 1")
    void aDeadEngineEndsItsProcess() throws Exception {
        awaitInstances(WORKERS);
        RunningWorker victim = cluster.workers().get(2);
        List<CompletionStream> streams = openOn(victim, 400);
        inject(victim, "\"fault\":\"engine-crash\"");
        assertThat(victim.process().exit().get()).isEqualTo(1);
        assertThat(instances()).isEqualTo(WORKERS - 1);
        assertWhole(streams);
        cluster.restartWorker(2);
        awaitInstances(WORKERS);
    }

    @Test
    @Shows(
            value = {"HLT-4", "MIG-1"},
            in = DISTRIBUTED)
    @DisplayName("HLT-4: a worker that is slow without being dead is set aside, and serves again when it is not")
    void aGreyWorkerIsSetAsideAndTakenBack() throws Exception {
        awaitInstances(WORKERS);
        RunningWorker victim = cluster.workers().get(1);
        List<CompletionStream> streams = openOn(victim, 1500);
        String fault = inject(victim, "\"fault\":\"worker-slow\",\"factor\":100,\"duration\":600");
        assertWhole(streams);
        assertThat(sum(get(api, "/metrics"), "dynamo_frontend_model_migration_total"))
                .isPositive();
        assertThat(post(victim.systemPort(), "/faults/" + fault + "/recover", "{}")
                        .statusCode())
                .isEqualTo(200);
        await("it serves again", () -> {
            CompletionStream one = open(1, 2).getFirst();
            await("it ends", one::isOver);
            assertThat(one.problem()).isEmpty();
            return one.worker() == instanceOf(victim);
        });
    }

    @Test
    @Shows(
            value = {"FLT-3", "FLT-5"},
            in = DISTRIBUTED)
    @DisplayName("FLT-5: a process takes the faults of playbooks by their names and says why it refuses one")
    void aMistakenOrderBreaksNothing() throws Exception {
        int port = cluster.workers().getFirst().systemPort();
        assertThat(post(port, "/faults", "{\"fault\":\"engine-frieze\"}").statusCode())
                .isEqualTo(400);
        HttpResponse<String> kill = post(port, "/faults", "{\"fault\":\"worker-kill\"}");
        assertThat(kill.statusCode()).isEqualTo(409);
        assertThat(kill.body()).contains("SIGKILL");
        String fault = inject(cluster.workers().getFirst(), "\"fault\":\"worker-slow\",\"factor\":1");
        assertThat(post(port, "/faults", "{\"fault\":\"engine-crash\"}").body()).contains("recover that first");
        assertThat(post(port, "/faults/" + fault + "/recover", "{}").statusCode())
                .isEqualTo(200);
        assertThat(post(port, "/faults/" + fault + "/recover", "{}").statusCode())
                .isEqualTo(404);
    }

    private static String inject(RunningWorker worker, String order) throws Exception {
        HttpResponse<String> done = post(worker.systemPort(), "/faults", '{' + order + '}');
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        return JSON.readTree(done.body()).path("fault_id").asString();
    }

    /// Registered decode workers, as etcd itself tells.
    private static int instances() throws Exception {
        Base64.Encoder base64 = Base64.getEncoder();
        String from = base64.encodeToString("v1/instances/".getBytes(StandardCharsets.UTF_8));
        String to = base64.encodeToString("v1/instances0".getBytes(StandardCharsets.UTF_8));
        Matcher count = COUNT.matcher(post(
                        cluster.etcd().getPort(),
                        "/v3/kv/range",
                        "{\"key\":\"" + from + "\",\"range_end\":\"" + to + "\",\"count_only\":true}")
                .body());
        return count.find() ? Integer.parseInt(count.group(1)) : 0;
    }

    /// In discovery, and known to the frontend.
    private static void awaitInstances(int count) throws Exception {
        await(count + " workers are in discovery", () -> instances() == count);
        await(
                "the frontend knows them",
                () -> JSON.readTree(get(api, "/health")).path("instances").size() == count);
    }

    /// The instance that a worker is now; a worker that was out of discovery is another one than before.
    private static long instanceOf(RunningWorker worker) throws Exception {
        String port = ":" + worker.rpcPort();
        for (var instance : JSON.readTree(get(api, "/health")).path("instances")) {
            if (instance.path("transport").toString().contains(port)) {
                return instance.path("instance_id").bigIntegerValue().longValue();
            }
        }
        return 0;
    }

    private List<CompletionStream> open(int tokens) throws Exception {
        return open(STREAMS, tokens);
    }

    private List<CompletionStream> open(int count, int tokens) throws Exception {
        List<CompletionStream> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            streams.add(startStream(api, seeds++, tokens));
        }
        await("all streams run", () -> streams.stream().allMatch(s -> s.received() > 0 || s.isOver()));
        return streams;
    }

    /// Returns when the worker serves some of them.
    private List<CompletionStream> openOn(RunningWorker worker, int tokens) throws Exception {
        List<CompletionStream> streams = open(tokens);
        long instance = instanceOf(worker);
        await("it serves", () -> streams.stream().anyMatch(s -> s.worker() == instance && s.received() > 5));
        return streams;
    }
}
