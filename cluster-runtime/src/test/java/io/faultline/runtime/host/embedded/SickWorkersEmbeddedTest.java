package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.HealthEvent.WorkerHealth;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.host.embedded.EmbeddedCluster.RunningWorker;
import io.faultline.runtime.host.http.StartResult;
import io.faultline.runtime.host.http.SystemServer;
import io.faultline.runtime.host.http.SystemServerConfig;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Sick workers and workers on their way out, on real threads. Waits for conditions, never for a time; the limit is
/// there for a cluster that hangs.
class SickWorkersEmbeddedTest {
    private static final NodeId VICTIM = new NodeId("decode-1");

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 4, 2048, 2048, 64, 10.0, 3, 10_000_000_000L), new ByteTokenizer(), 7);
    /// On the operator's loop.
    private final List<EventRecord> events = new ArrayList<>();

    SickWorkersEmbeddedTest() {
        watch.call(() -> {
            cluster.subscribe(event -> events.add(event.record()));
            return true;
        });
        watch.await(() -> watch.ready(NodeRole.DECODE) == 4);
    }

    private final ClusterWatch watch = new ClusterWatch(cluster);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private LoadRun busy() {
        LoadRun load = watch.call(() -> cluster.load().start(new LoadSpec(24, 0, 20, 200, 200, 0, 0)));
        watch.await(() -> openOn(VICTIM) >= 4 && watch.service().outputTokens() > 200);
        return load;
    }

    private String inject(Fault fault) {
        return ((Result.Done) watch.call(() -> cluster.faults().inject(fault, null, "test"))).faultId();
    }

    private void recover(String fault) {
        assertThat(watch.call(() -> cluster.faults().recover(fault, "test"))).isInstanceOf(Result.Done.class);
    }

    private void settle(LoadRun load) {
        watch.call(() -> {
            load.drain();
            return true;
        });
        watch.await(() -> load.isFinished() && watch.ready(NodeRole.DECODE) == 4);
        ServiceSnapshot after = watch.call(watch::service);
        assertThat(after.failed()).isZero();
        assertThat(after.answersDiffering()).isZero();
        assertThat(after.answersChecked()).isPositive();
    }

    @Test
    @Shows(value = "HLT-2", in = EMBEDDED)
    void anEngineThatFreezesAfterAFewTokensIsLeftUntilItsCanariesPass() {
        LoadRun load = busy();
        String fault = inject(new Fault.EngineFreeze(VICTIM, 1));
        watch.await(() -> said(HealthEvent.HealthChanged.class).size() == 1);
        assertThat(watch.call(
                        () -> said(HealthEvent.HealthChanged.class).getFirst().health()))
                .isEqualTo(WorkerHealth.UNHEALTHY);
        watch.await(() -> health(VICTIM) == NodeHealth.DEGRADED && openOn(VICTIM) == 0);
        recover(fault);
        watch.await(() -> said(HealthEvent.HealthChanged.class).size() == 2 && health(VICTIM) == NodeHealth.READY);
        settle(load);
    }

    @Test
    @Shows(value = "HLT-3", in = EMBEDDED)
    void aDeadEngineEndsItsWorkerWithItsReason() {
        LoadRun load = busy();
        String fault = inject(new Fault.EngineCrash(VICTIM));
        watch.await(() -> health(VICTIM) == NodeHealth.FAILED);
        NodeEvent.NodeStopped end =
                watch.call(() -> said(NodeEvent.NodeStopped.class).getFirst());
        assertThat(end.how()).isEqualTo(StopKind.FAILED);
        assertThat(end.detail()).startsWith("its engine died: injected by test; ");
        assertThat(watch.call(() -> said(DiscoveryEvent.LeaseEnded.class)))
                .hasSize(1)
                .noneMatch(DiscoveryEvent.LeaseEnded::expired);
        recover(fault);
        settle(load);
    }

    @Test
    @Shows(value = "HLT-4", in = EMBEDDED)
    void aGreyWorkerIsSetAsideAndTakenBack() {
        LoadRun load = busy();
        String fault = inject(new Fault.WorkerSlow(VICTIM, 100));
        watch.await(() -> said(DiscoveryEvent.InstanceInhibited.class).stream()
                .anyMatch(i -> i.because() == ErrorType.WORKER_SLOW));
        assertThat(watch.call(() ->
                        said(DiscoveryEvent.InstanceInhibited.class).getFirst().evidence()))
                .contains("times the median of 3 peers");
        watch.await(() -> openOn(VICTIM) == 0);
        recover(fault);
        watch.await(() -> health(VICTIM) == NodeHealth.READY);
        settle(load);
    }

    @Test
    @DisplayName("MIG-5: a worker that failed gets nothing from the frontend that saw it until it answers again")
    @Shows(value = "MIG-5", in = EMBEDDED)
    void aFailedWorkerGetsNothingUntilItAnswers() {
        LoadRun load = busy();
        String fault = inject(new Fault.WorkerFreeze(VICTIM));
        watch.await(() -> said(DiscoveryEvent.InstanceInhibited.class).size() == 1);
        long instance = watch.call(
                () -> said(DiscoveryEvent.InstanceInhibited.class).getFirst().instance());
        long before = watch.call(() -> watch.service().outputTokens());
        watch.await(() -> watch.service().outputTokens() > before + 500);
        assertThat(watch.call(() -> said(DiscoveryEvent.InstanceReinstated.class)))
                .isEmpty();
        recover(fault);
        watch.await(() -> !said(DiscoveryEvent.InstanceReinstated.class).isEmpty());
        watch.await(() -> routesSince(DiscoveryEvent.InstanceReinstated.class, instance) > 0);

        List<EventRecord> all = watch.call(() -> List.copyOf(events));
        int aside = indexOf(all, DiscoveryEvent.InstanceInhibited.class);
        int back = indexOf(all, DiscoveryEvent.InstanceReinstated.class);
        assertThat(all.subList(aside, back))
                .noneMatch(e -> e instanceof RequestEvent.RequestRouted r && r.instance() == instance);
        settle(load);
    }

    private long routesSince(Class<? extends EventRecord> mark, long instance) {
        return events.subList(indexOf(events, mark), events.size()).stream()
                .filter(e -> e instanceof RequestEvent.RequestRouted r && r.instance() == instance)
                .count();
    }

    private static int indexOf(List<EventRecord> records, Class<? extends EventRecord> type) {
        for (int i = 0; i < records.size(); i++) {
            if (type.isInstance(records.get(i))) {
                return i;
            }
        }
        throw new AssertionError("there is no " + type.getSimpleName());
    }

    /// The frontend's own loop stands still again and again while both cores are busy; no worker is blamed for it.
    @Test
    @Shows(value = "HLT-4", in = EMBEDDED)
    void anObserverThatStandsStillBlamesNobody() {
        LoadRun load = busy();
        List<Thread> spinners = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            spinners.add(Thread.ofPlatform().daemon(true).start(() -> {
                long sum = 0;
                while (!Thread.currentThread().isInterrupted()) {
                    sum += System.nanoTime();
                }
                spun = sum;
            }));
        }
        for (int i = 0; i < 5; i++) {
            watch.call(() -> {
                cluster.runningFrontends().forEach(f -> cluster.freeze(f.id()));
                return true;
            });
            passOnOperatorsLoop(800_000_000L);
            watch.call(() -> {
                cluster.runningFrontends().forEach(f -> cluster.thaw(f.id()));
                return true;
            });
            long before = watch.call(() -> watch.service().outputTokens());
            watch.await(() -> watch.service().outputTokens() > before + 200);
        }
        spinners.forEach(Thread::interrupt);
        assertThat(watch.call(() -> said(DiscoveryEvent.InstanceInhibited.class)))
                .isEmpty();
        assertThat(watch.call(() -> said(MigrationEvent.MigrationStarted.class)))
                .isEmpty();
        settle(load);
    }

    private volatile long spun;

    @Test
    @Shows(value = "SHD-1", in = EMBEDDED)
    void everyWorkerIsRestartedInTurnAndNoRequestFails() {
        LoadRun load = busy();
        for (int i = 0; i < 4; i++) {
            NodeId worker = new NodeId("decode-" + i);
            watch.call(() -> {
                cluster.stop(worker);
                return true;
            });
            watch.await(() -> cluster.state(worker) == ProcessState.DOWN);
            watch.call(() -> {
                cluster.start(worker);
                return true;
            });
            watch.await(() -> watch.ready(NodeRole.DECODE) == 4);
        }
        assertThat(watch.call(() -> said(NodeEvent.NodeStopped.class)))
                .hasSize(4)
                .allMatch(s -> s.how() == StopKind.STOPPED && s.detail().startsWith("stopped in order"));
        settle(load);
    }

    @Test
    @Shows(value = "SHD-2", in = EMBEDDED)
    void aSecondStopEndsAWorkerAtOnce() {
        // Without migration a worker waits for its streams; the engine that stands still keeps them for ever.
        EmbeddedCluster draining = EmbeddedCluster.start(
                new ClusterConfig("m", 1, 1, 2048, 2048, 64, 10.0, 0, 10_000_000_000L), new ByteTokenizer(), 7);
        CompletableFuture<String> detail = new CompletableFuture<>();
        draining.onOperatorLoop(() -> draining.subscribe(event -> {
            switch (event.record()) {
                case DiscoveryEvent.InstanceSeen _ -> draining.load().start(new LoadSpec(4, 1, 20, 20, 1_900, 0, 0));
                case RequestEvent.FirstToken _ -> {
                    draining.disturbEngine(new NodeId("decode-0"), new EngineCondition.Frozen(0));
                    draining.stop(new NodeId("decode-0"));
                }
                case NodeEvent.NodeDraining _ -> draining.stop(new NodeId("decode-0"));
                case NodeEvent.NodeStopped stopped -> detail.complete(stopped.detail());
                default -> {
                    // Not part of the story.
                }
            }
        }));
        try {
            assertThat(detail.join()).startsWith("stopped at once by a second request; ");
        } finally {
            draining.close();
        }
    }

    @Test
    @Shows(
            value = {"HLT-1", "HLT-2"},
            in = EMBEDDED)
    void theSystemPortTellsReadyFromLive() throws Exception {
        RunningWorker worker = watch.call(() -> cluster.runningWorkers().get(1));
        SystemServer server = new SystemServer(
                SystemServerConfig.defaults().listeningOn("127.0.0.1", 0),
                worker.port(),
                worker.loop(),
                _ -> new byte[0]);
        String address = "http://127.0.0.1:" + ((StartResult.Listening) server.start()).port();
        assertThat(status(address + "/health")).isEqualTo(200);
        assertThat(status(address + "/live")).isEqualTo(200);
        LoadRun load = busy();
        String fault = inject(new Fault.EngineFreeze(VICTIM, 0));
        watch.await(() -> health(VICTIM) == NodeHealth.DEGRADED && openOn(VICTIM) == 0);
        assertThat(status(address + "/health")).isEqualTo(503);
        assertThat(status(address + "/live")).isEqualTo(200);
        recover(fault);
        watch.await(() -> health(VICTIM) == NodeHealth.READY);
        assertThat(status(address + "/health")).isEqualTo(200);
        server.stop().join();
        settle(load);
    }

    private static int status(String url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private <R extends EventRecord> List<R> said(Class<R> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private NodeHealth health(NodeId node) {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> n.name().equals(node.value()))
                .map(n -> n.health())
                .findFirst()
                .orElseThrow();
    }

    private int openOn(NodeId node) {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> n.name().equals(node.value()))
                .mapToInt(n -> n.openRequests())
                .sum();
    }

    private void passOnOperatorsLoop(long nanos) {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> cluster.loop().after(nanos, () -> passed.complete(null)));
        passed.join();
    }
}
