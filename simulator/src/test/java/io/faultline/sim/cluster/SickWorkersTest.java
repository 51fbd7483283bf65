package io.faultline.sim.cluster;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.HealthEvent.HealthCheck;
import io.faultline.runtime.event.HealthEvent.WorkerHealth;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.worker.ShutdownConfig;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Workers that are sick in every way that has a name, and workers on their way out. The invariants watch as in the big
/// scenarios; each story ends with a cluster that is whole and clients who lost nothing.
class SickWorkersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000L;
    private static final NodeId WORKER = new NodeId("decode-1");

    private final List<ClusterEvent> events = new ArrayList<>();

    private SimulatedCluster cluster() {
        return cluster(config());
    }

    private SimulatedCluster cluster(SimulationConfig config) {
        SimulatedCluster cluster = SimulatedCluster.builder(7)
                .config(config)
                .fold(events::add)
                .history(HistoryConfig.defaults())
                .build();
        assertThat(cluster.awaitStart()).isTrue();
        return cluster;
    }

    /// Two frontends and four workers at the speed of the modelled GPU: a token every 25 ms or so.
    private static SimulationConfig config() {
        return SimulationConfig.of(new ClusterConfig("m", 2, 4, 2_048, 2_048, 64, 1.0, 3, 10 * SECOND));
    }

    private static LoadRun busy(SimulatedCluster cluster) {
        return cluster.load().start(new LoadSpec(24, 0, 16, 128, 100, 32, SECOND));
    }

    private String inject(SimulatedCluster cluster, Fault fault) {
        List<Result> results = new ArrayList<>();
        cluster.operator().post(() -> results.add(cluster.faults().inject(fault, null, "a test")));
        cluster.runFor(1);
        assertThat(results.getFirst()).isInstanceOf(Result.Done.class);
        return ((Result.Done) results.getFirst()).faultId();
    }

    private void recover(SimulatedCluster cluster, String fault) {
        cluster.operator().post(() -> cluster.faults().recover(fault, "a test"));
        cluster.runFor(1);
    }

    private void settle(SimulatedCluster cluster, LoadRun load) {
        cluster.heal();
        load.drain();
        cluster.stabilise();
        assertThat(cluster.violations()).isEmpty();
        assertThat(cluster.requests().failed()).isZero();
        assertThat(cluster.requests().rejected()).isZero();
        assertThat(records(ClientEvent.AnswerChecked.class))
                .isNotEmpty()
                .allMatch(ClientEvent.AnswerChecked::identical);
    }

    private <R extends EventRecord> List<R> records(Class<R> type) {
        return events.stream()
                .map(ClusterEvent::record)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private long atNanos(Class<? extends EventRecord> type) {
        return events.stream()
                .filter(e -> type.isInstance(e.record()))
                .mapToLong(ClusterEvent::atNanos)
                .findFirst()
                .orElseThrow();
    }

    private static NodeHealth health(SimulatedCluster cluster) {
        return cluster.world().history().topology(cluster.nowNanos()).nodes().stream()
                .filter(n -> n.name().equals(WORKER.value()))
                .findFirst()
                .orElseThrow()
                .health();
    }

    // ---- canaries

    @Test
    @DisplayName("HLT-2: a busy engine that stands still is found, its streams move, and it comes back by canaries")
    @Shows(value = "HLT-2", in = SIMULATED)
    void busyEngineThatFreezesIsLeftAndComesBack() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        String fault = inject(cluster, new Fault.EngineFreeze(WORKER, 0));
        long frozenAt = cluster.nowNanos();
        cluster.runFor(15 * SECOND);

        assertThat(atNanos(HealthEvent.HealthChanged.class) - frozenAt).isLessThan(9 * SECOND);
        assertThat(records(HealthEvent.HealthChanged.class))
                .extracting(HealthEvent.HealthChanged::health)
                .containsExactly(WorkerHealth.UNHEALTHY);
        assertThat(records(DiscoveryEvent.LeaseEnded.class)).singleElement().matches(l -> !l.expired());
        assertThat(records(MigrationEvent.MigrationStarted.class)).isNotEmpty();
        assertThat(health(cluster)).isEqualTo(NodeHealth.DEGRADED);

        recover(cluster, fault);
        cluster.runFor(15 * SECOND);
        assertThat(records(HealthEvent.HealthChanged.class))
                .extracting(HealthEvent.HealthChanged::health)
                .containsExactly(WorkerHealth.UNHEALTHY, WorkerHealth.HEALTHY);
        assertThat(health(cluster)).isEqualTo(NodeHealth.READY);
        settle(cluster, load);
    }

    @Test
    @DisplayName("HLT-2: an idle engine that answers with one token and freezes fails its canary")
    @Shows(value = "HLT-2", in = SIMULATED)
    void idleEngineThatFreezesAfterOneTokenIsFound() {
        SimulatedCluster cluster = cluster();
        long begin = cluster.nowNanos();
        inject(cluster, new Fault.EngineFreeze(WORKER, 1));
        cluster.runFor(config().worker().health().detectionNanos() + SECOND);

        assertThat(atNanos(HealthEvent.HealthChanged.class) - begin)
                .isLessThanOrEqualTo(config().worker().health().detectionNanos());
        assertThat(records(HealthEvent.CanaryEnded.class))
                .filteredOn(c -> !c.passed())
                .hasSize(3)
                .allMatch(c -> c.detail().startsWith("1 of 4 tokens"));
        // Whoever asks meanwhile is served by the others.
        LoadRun load = busy(cluster);
        cluster.runFor(5 * SECOND);
        settle(cluster, load);
    }

    // ---- the engine's own word

    @Test
    @DisplayName("HLT-3: a worker whose engine died leaves, hands its streams over and ends with code 1")
    @Shows(value = "HLT-3", in = SIMULATED)
    void deadEngineEndsItsWorker() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        String fault = inject(cluster, new Fault.EngineCrash(WORKER));
        cluster.runFor(config().worker().health().engineCheckNanos() + 100 * MS);

        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.DOWN);
        assertThat(records(NodeEvent.NodeStopped.class)).singleElement().satisfies(s -> {
            assertThat(s.how()).isEqualTo(StopKind.FAILED);
            assertThat(s.detail()).startsWith("its engine died: injected by a test; ");
        });
        assertThat(records(HealthEvent.HealthChanged.class))
                .extracting(HealthEvent.HealthChanged::check)
                .containsExactly(HealthCheck.ENGINE);
        assertThat(records(DiscoveryEvent.LeaseEnded.class))
                .as("it said goodbye")
                .singleElement()
                .matches(l -> !l.expired());
        assertThat(health(cluster)).isEqualTo(NodeHealth.FAILED);
        recover(cluster, fault);
        cluster.runFor(5 * SECOND);
        assertThat(health(cluster)).isEqualTo(NodeHealth.READY);
        settle(cluster, load);
        assertThat(records(MigrationEvent.MigrationStarted.class)).isNotEmpty();
    }

    // ---- frozen and grey workers

    @Test
    @DisplayName("HLT-4: a freeze shorter than the bound costs nobody anything")
    @Shows(value = "HLT-4", in = SIMULATED)
    void shortFreezesAreNoFailure() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        for (int i = 0; i < 20; i++) {
            cluster.control().freeze(WORKER);
            cluster.runFor(240 * MS);
            cluster.control().thaw(WORKER);
            cluster.runFor(500 * MS);
        }

        assertThat(records(MigrationEvent.MigrationStarted.class)).isEmpty();
        assertThat(records(DiscoveryEvent.InstanceInhibited.class)).isEmpty();
        settle(cluster, load);
    }

    @Test
    @DisplayName("HLT-4: a worker that stands still for 5 s is left within 400 ms, and its late tokens go nowhere")
    @Shows(
            value = {"HLT-4", "MIG-5"},
            in = SIMULATED)
    void revivedWorkersLateTokensAreDropped() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        cluster.control().freeze(WORKER);
        long frozenAt = cluster.nowNanos();
        cluster.runFor(5 * SECOND);
        cluster.control().thaw(WORKER);
        cluster.runFor(10 * SECOND);

        assertThat(atNanos(MigrationEvent.MigrationStarted.class) - frozenAt).isLessThanOrEqualTo(400 * MS);
        assertThat(records(DiscoveryEvent.InstanceInhibited.class))
                .hasSize(2)
                .allSatisfy(i -> assertThat(i.evidence()).contains("was silent for"));
        assertThat(records(DiscoveryEvent.InstanceReinstated.class)).hasSize(2);
        // What it had in hand when it stood still it lets go of when it hears that nobody waits.
        assertThat(records(EngineEvent.SequenceReleased.class)).isNotEmpty();
        settle(cluster, load);
    }

    @Test
    @DisplayName("HLT-4: a worker at a twentieth of its speed is set aside with its evidence, and returns by a canary")
    @Shows(value = "HLT-4", in = SIMULATED)
    void slowWorkerIsSetAsideAndComesBack() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(5 * SECOND);
        String fault = inject(cluster, new Fault.WorkerSlow(WORKER, 20));
        cluster.runFor(20 * SECOND);

        List<DiscoveryEvent.InstanceInhibited> ejections = records(DiscoveryEvent.InstanceInhibited.class);
        assertThat(ejections)
                .as("each of the two frontends saw it for itself")
                .hasSize(2)
                .allSatisfy(e -> {
                    assertThat(e.because()).isEqualTo(ErrorType.WORKER_SLOW);
                    assertThat(e.evidence()).contains("times the median of 3 peers");
                });
        assertThat(records(MigrationEvent.MigrationStarted.class))
                .isNotEmpty()
                .allMatch(m -> m.because() == ErrorType.WORKER_SLOW);
        assertThat(health(cluster)).isEqualTo(NodeHealth.INHIBITED);
        long reinstated = records(DiscoveryEvent.InstanceReinstated.class).size();
        assertThat(reinstated).as("a canary of a slow worker fails").isZero();

        recover(cluster, fault);
        cluster.runFor(40 * SECOND);
        assertThat(records(DiscoveryEvent.InstanceReinstated.class)).hasSize(2);
        assertThat(health(cluster)).isEqualTo(NodeHealth.READY);
        settle(cluster, load);
    }

    @Test
    @DisplayName("HLT-4: nobody is blamed when everything is slow, or busy, or observed by a frontend that stood still")
    @Shows(value = "HLT-4", in = SIMULATED)
    void noFalseAlarms() {
        SimulatedCluster cluster = cluster();
        // More than the batches hold, with prompts of every length.
        LoadRun load = cluster.load().start(new LoadSpec(400, 0, 1, 1_500, 200, 0, SECOND));
        cluster.runFor(20 * SECOND);
        for (int i = 0; i < 4; i++) {
            inject(cluster, new Fault.WorkerSlow(new NodeId("decode-" + i), 10));
        }
        cluster.runFor(20 * SECOND);
        for (int i = 0; i < 5; i++) {
            cluster.control().freeze(new NodeId("frontend-0"));
            cluster.runFor(2 * SECOND);
            cluster.control().thaw(new NodeId("frontend-0"));
            cluster.runFor(2 * SECOND);
        }

        assertThat(records(DiscoveryEvent.InstanceInhibited.class)).isEmpty();
        assertThat(records(MigrationEvent.MigrationStarted.class)).isEmpty();
        assertThat(records(HealthEvent.HealthChanged.class)).isEmpty();
        cluster.heal();
        load.drain();
        cluster.stabilise();
        assertThat(cluster.violations()).isEmpty();
    }

    // ---- on their way out

    @Test
    @DisplayName("SHD-1: every worker is restarted in turn under load and no request fails")
    @Shows(value = "SHD-1", in = SIMULATED)
    void rollingRestartLosesNothing() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        for (int i = 0; i < 4; i++) {
            NodeId worker = new NodeId("decode-" + i);
            cluster.control().stop(worker);
            cluster.runFor(SECOND);
            assertThat(cluster.control().state(worker)).isEqualTo(ProcessState.DOWN);
            cluster.control().start(worker);
            cluster.runFor(2 * SECOND);
        }

        assertThat(records(NodeEvent.NodeStopped.class)).hasSize(4).allMatch(s -> s.how() == StopKind.STOPPED);
        settle(cluster, load);
    }

    @Test
    @DisplayName("SHD-1: without migration a worker lets its streams end before it does")
    @Shows(value = "SHD-1", in = SIMULATED)
    void drainsWhereNobodyMigrates() {
        SimulatedCluster cluster =
                cluster(SimulationConfig.of(new ClusterConfig("m", 2, 4, 2_048, 2_048, 64, 1.0, 0, 10 * SECOND)));
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        cluster.control().stop(WORKER);
        cluster.runFor(20 * SECOND);

        assertThat(records(NodeEvent.NodeDraining.class)).singleElement().satisfies(d -> {
            assertThat(d.open()).isPositive();
            assertThat(d.handsOver()).isFalse();
        });
        assertThat(records(NodeEvent.NodeStopped.class))
                .containsExactly(new NodeEvent.NodeStopped(StopKind.STOPPED, "stopped in order"));
        settle(cluster, load);
    }

    @Test
    @DisplayName("SHD-2: a stuck stream holds a stop up for the grace period and no longer; the reason is recorded")
    @Shows(value = "SHD-2", in = SIMULATED)
    void stuckStreamsDoNotHoldAStopUp() {
        SimulatedCluster cluster = cluster(config().withWorker(
                        config().worker().withShutdown(ShutdownConfig.draining().withGraceNanos(4 * SECOND))));
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        inject(cluster, new Fault.EngineFreeze(WORKER, 0));
        cluster.control().stop(WORKER);
        cluster.runFor(3 * SECOND);
        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.RUNNING);
        cluster.runFor(2 * SECOND);

        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.DOWN);
        assertThat(records(NodeEvent.NodeStopped.class).getFirst().detail())
                .contains("streams handed over", "the grace period of 4 s being over");
        settle(cluster, load);
    }

    @Test
    @DisplayName("SHD-2: a second order ends a worker at once")
    @Shows(value = "SHD-2", in = SIMULATED)
    void secondOrderEndsAtOnce() {
        SimulatedCluster cluster =
                cluster(config().withWorker(config().worker().withShutdown(ShutdownConfig.draining())));
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        cluster.control().stop(WORKER);
        cluster.runFor(100 * MS);
        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.RUNNING);
        cluster.control().stop(WORKER);
        cluster.runFor(1);

        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.DOWN);
        assertThat(records(NodeEvent.NodeStopped.class).getFirst().detail())
                .startsWith("stopped at once by a second request; ");
        settle(cluster, load);
    }
}
