package io.faultline.console.distributed;

import static io.faultline.console.distributed.Processes.assertWhole;
import static io.faultline.console.distributed.Processes.await;
import static io.faultline.console.distributed.Processes.get;
import static io.faultline.console.distributed.Processes.startProcesses;
import static io.faultline.console.distributed.Processes.startStream;
import static io.faultline.runtime.shown.World.DISTRIBUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.console.bench.CompletionStream;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.host.process.ChildProcess;
import io.faultline.runtime.host.process.LocalOrchestrator;
import io.faultline.runtime.host.process.ProcessCluster;
import io.faultline.runtime.host.process.ProcessRole;
import io.faultline.runtime.host.process.Setting;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Decode workers that an orchestrator runs as processes on this machine, behind a frontend, over a real etcd. Whoever
/// dies is replaced by the orchestrator alone. Skipped where no etcd is installed.
class DistributedOrchestratorTest {
    private static final int WORKERS = 3;
    private static final int STREAMS = 32;
    private static final NodeId VICTIM = new NodeId("decode-1");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static ProcessCluster cluster;
    private static LocalOrchestrator orchestrator;
    private static int api;

    @BeforeAll
    static void start() throws Exception {
        cluster = startProcesses(folder, 0, Map.of(), Map.of());
        api = cluster.frontends().getFirst().apiPort();
        orchestrator = LocalOrchestrator.start(new LocalOrchestrator.Plan(
                cluster.etcd(),
                Setting.NAMESPACE.standard(),
                OrchestrationConfig.on(OrchestrationConfig.machines(2, 2)).withLaunchNanos(100_000_000L),
                Map.of(NodeRole.DECODE, WORKERS),
                Map.of(
                        ProcessRole.DECODE,
                        Map.of(Setting.SYSTEM_PORT, "0", Setting.SPEEDUP_RATIO, "4", Setting.LEASE_TTL, "2")),
                Processes.SMALL_JVM,
                folder));
    }

    @AfterAll
    static void stop() {
        if (orchestrator != null) {
            orchestrator.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @DisplayName("TC-1 REQ-2: a worker's process that is killed under load is replaced, and every stream goes on")
    @Shows(
            value = {"TC-1", "REQ-2", "MIG-1"},
            in = DISTRIBUTED)
    void aKilledWorkersProcessIsReplaced() throws Exception {
        await("the orchestrator has started all workers", () -> instances().size() == WORKERS);
        ChildProcess victim = orchestrator.process(VICTIM).orElseThrow();
        List<Long> before = instances();
        List<CompletionStream> streams = new ArrayList<>();
        for (int seed = 1; seed <= STREAMS; seed++) {
            streams.add(startStream(api, seed, 400));
        }
        await(
                "every worker serves",
                () -> streams.stream()
                                .filter(s -> s.received() > 2)
                                .map(CompletionStream::worker)
                                .distinct()
                                .count()
                        == WORKERS);

        victim.kill();
        await(
                "another process is in its place",
                () -> orchestrator
                        .process(VICTIM)
                        .filter(p -> p.pid() != victim.pid())
                        .isPresent());
        await("it can be routed to, under another id", () -> {
            List<Long> now = instances();
            return now.size() == WORKERS && !before.containsAll(now);
        });

        assertWhole(streams);
        assertThat(orchestrator.scaling().restarts())
                .singleElement()
                .satisfies(r -> assertThat(r.process()).isEqualTo(VICTIM.value()));
    }

    /// Those that the frontend knows; a killed one is among them until its lease has run out.
    private static List<Long> instances() throws Exception {
        List<Long> ids = new ArrayList<>();
        for (var instance : JSON.readTree(get(api, "/health")).path("instances")) {
            ids.add(instance.path("instance_id").bigIntegerValue().longValue());
        }
        return ids;
    }
}
