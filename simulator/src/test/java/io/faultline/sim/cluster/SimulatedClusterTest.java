package io.faultline.sim.cluster;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.runtime.world.World;
import io.faultline.sim.invariant.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Stories of clusters in trouble, each with one seed and everything else chosen by hand. In all of them the
/// invariants watch as in the big scenarios.
class SimulatedClusterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final NodeId STORE = new NodeId("store");
    private static final NodeId FRONTEND = new NodeId("frontend-0");
    private static final NodeId WORKER = new NodeId("decode-1");
    private static final List<NodeId> FRONTENDS = List.of(FRONTEND, new NodeId("frontend-1"));

    private final List<ClusterEvent> events = new ArrayList<>();

    private SimulatedCluster cluster() {
        return cluster(config());
    }

    private SimulatedCluster cluster(SimulationConfig config) {
        SimulatedCluster cluster = SimulatedCluster.builder(42)
                .config(config)
                .fold(events::add)
                .history(HistoryConfig.defaults())
                .build();
        assertThat(cluster.awaitStart()).isTrue();
        return cluster;
    }

    /// Two frontends and three workers, at five times the speed of the modelled GPU.
    private static SimulationConfig config() {
        return SimulationConfig.of(new ClusterConfig("m", 2, 3, 2_048, 2_048, 64, 5.0, 3, 3 * SECOND));
    }

    private static LoadRun busy(SimulatedCluster cluster) {
        return cluster.load().start(new LoadSpec(12, 0, 16, 128, 60, 32, SECOND));
    }

    private void settle(SimulatedCluster cluster, LoadRun load) {
        cluster.heal();
        load.drain();
        cluster.stabilise();
        assertThat(cluster.violations()).isEmpty();
    }

    private <R extends EventRecord> List<R> records(Class<R> type) {
        return events.stream()
                .map(ClusterEvent::record)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Test
    @DisplayName("REQ-1a: the store's death, longer than every lease, is not felt by clients")
    @Shows(value = "REQ-1a", in = SIMULATED)
    void servesWithoutAStore() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(2 * SECOND);
        cluster.control().kill(STORE);
        long before = cluster.requests().completed();
        cluster.runFor(30 * SECOND);

        assertThat(cluster.requests().completed()).isGreaterThan(before + 100);
        settle(cluster, load);
        assertThat(cluster.requests().failed()).isZero();
        assertThat(cluster.requests().rejected()).isZero();
        assertThat(records(MigrationEvent.MigrationStarted.class)).isEmpty();
        // The store's disk outlived it, and nobody was evicted for its absence.
        assertThat(records(DiscoveryEvent.LeaseEnded.class)).isEmpty();
        assertThat(records(DiscoveryEvent.InstanceRegistered.class)).hasSize(3);
    }

    @Test
    @DisplayName("REQ-1a: a worker that cannot reach the store leaves discovery, finishes its streams and comes back")
    @Shows(value = "REQ-1a", in = SIMULATED)
    void workerBehindAPartitionFromTheStoreComesBackAsANewInstance() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(2 * SECOND);
        cluster.control().partition(List.of(STORE), List.of(WORKER));
        cluster.runFor(10 * SECOND);

        assertThat(records(DiscoveryEvent.LeaseEnded.class)).hasSize(1);
        settle(cluster, load);
        assertThat(cluster.requests().failed()).isZero();
        assertThat(records(MigrationEvent.MigrationStarted.class)).isEmpty();
        assertThat(records(DiscoveryEvent.InstanceRegistered.class)).hasSize(4);
    }

    @Test
    @DisplayName("MIG-1 MIG-5 HLT-4: streams behind a partition go on elsewhere; the worker returns after a ping")
    @Shows(
            value = {"MIG-1", "MIG-5"},
            in = SIMULATED)
    void partitionBetweenFrontendsAndAWorkerMovesItsStreams() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(2 * SECOND);
        cluster.control().partition(FRONTENDS, List.of(WORKER));
        cluster.runFor(5 * SECOND);

        assertThat(records(MigrationEvent.MigrationStarted.class))
                .isNotEmpty()
                .allMatch(
                        m -> m.because() == ErrorType.RESPONSE_TIMEOUT || m.because() == ErrorType.CONNECTION_TIMEOUT);
        assertThat(records(DiscoveryEvent.InstanceInhibited.class)).isNotEmpty();
        settle(cluster, load);
        assertThat(cluster.requests().failed()).isZero();
        assertThat(records(DiscoveryEvent.InstanceReinstated.class))
                .hasSameSizeAs(records(DiscoveryEvent.InstanceInhibited.class));
    }

    /// The worker hears everything and is not heard.
    @Test
    @DisplayName("HLT-4: a one-way partition is found by the missing heartbeats")
    @Shows(value = "HLT-4", in = SIMULATED)
    void workerThatIsNotHeardIsLeft() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(2 * SECOND);
        cluster.control().partitionOneWay(List.of(WORKER), FRONTENDS);
        cluster.runFor(5 * SECOND);

        assertThat(records(MigrationEvent.MigrationStarted.class)).isNotEmpty();
        settle(cluster, load);
        assertThat(cluster.requests().failed()).isZero();
    }

    @Test
    @DisplayName("REQ-7a: losing a frontend loses only its own connections")
    void deathOfAFrontendEndsItsOwnRequestsOnly() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        long open = cluster.requests().open();
        cluster.control().kill(FRONTEND);
        cluster.runFor(SECOND / 100);

        assertThat(cluster.requests().open()).isPositive().isLessThan(open);
        long completed = cluster.requests().completed();
        cluster.runFor(5 * SECOND);
        assertThat(cluster.requests().completed()).isGreaterThan(completed + 20);
        settle(cluster, load);
    }

    @Test
    void frozenFrontendGoesOnWhereItStood() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        FRONTENDS.forEach(cluster.control()::freeze);
        long completed = cluster.requests().completed();
        cluster.runFor(2 * SECOND);
        assertThat(cluster.requests().completed()).isEqualTo(completed);

        FRONTENDS.forEach(cluster.control()::thaw);
        cluster.runFor(3 * SECOND);
        assertThat(cluster.requests().completed()).isGreaterThan(completed);
        settle(cluster, load);
        assertThat(cluster.requests().failed()).isZero();
    }

    @Test
    void nodeThatEndsLateIsBroughtBack() {
        SimulatedCluster cluster = cluster();
        cluster.control().freeze(WORKER);
        cluster.control().stop(WORKER);
        cluster.control().bringBack(WORKER);
        cluster.runFor(SECOND);
        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.FROZEN);
        cluster.control().thaw(WORKER);
        cluster.runFor(SECOND);

        assertThat(records(NodeEvent.NodeStopped.class)).hasSize(1);
        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.RUNNING);
    }

    @Test
    @DisplayName("SHD-1: a worker that is stopped in order hands its streams over and is not missed")
    @Shows(value = "SHD-1", in = SIMULATED)
    void stoppedWorkerHandsItsStreamsOver() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(3 * SECOND);
        cluster.control().stop(WORKER);
        cluster.runFor(3 * SECOND);

        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.DOWN);
        assertThat(records(NodeEvent.NodeStopped.class))
                .containsExactly(new NodeEvent.NodeStopped(
                        NodeEvent.StopKind.STOPPED, "stopped in order; 4 streams handed over"));
        assertThat(records(DiscoveryEvent.LeaseEnded.class)).allMatch(ended -> !ended.expired());
        settle(cluster, load);
        assertThat(cluster.requests().failed()).isZero();
        assertThat(cluster.requests().rejected()).isZero();
    }

    @Test
    void slowAndFastClocksAreNoFault() {
        SimulatedCluster cluster = cluster(config().withClockDriftMax(10_000));
        LoadRun load = busy(cluster);
        cluster.runFor(20 * SECOND);
        settle(cluster, load);
        assertThat(cluster.requests().failed()).isZero();
        assertThat(records(MigrationEvent.MigrationStarted.class)).isEmpty();
        assertThat(records(DiscoveryEvent.LeaseEnded.class)).isEmpty();
    }

    @Test
    @DisplayName("FLT-3: a fault ends by itself, is recovered once, and is in the history")
    @Shows(value = "FLT-3", in = SIMULATED)
    void faultsEndByThemselvesAndOnce() {
        SimulatedCluster cluster = cluster();
        World world = cluster.world();
        List<Result> results = new ArrayList<>();
        onLoop(
                cluster,
                () -> results.add(
                        world.faults().inject(new Fault.WorkerKill(WORKER), Duration.ofSeconds(2), "a test")));
        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.DOWN);
        cluster.runFor(3 * SECOND);

        assertThat(cluster.control().state(WORKER)).isEqualTo(ProcessState.RUNNING);
        assertThat(world.faults().active()).isEmpty();
        String id = ((Result.Done) results.getFirst()).faultId();
        onLoop(cluster, () -> results.add(world.faults().recover(id, "a test")));
        assertThat(results.getLast()).isInstanceOf(Result.Refused.class);
        assertThat(world.history().faults()).hasSize(1);
        assertThat(records(FaultEvent.FaultRecovered.class)).hasSize(1);
        onLoop(cluster, () -> results.add(world.faults().inject(new Fault.WorkerKill(STORE), null, "a test")));
        assertThat(results.getLast()).isInstanceOf(Result.Refused.class);
    }

    @Test
    void historyShowsTheClusterAndDoesNotChangeWithinATask() {
        SimulatedCluster cluster = cluster();
        World world = cluster.world();
        List<NodeHealth> seen = new ArrayList<>();
        onLoop(cluster, () -> {
            seen.add(health(world));
            world.faults().inject(new Fault.WorkerKill(WORKER), null, "a test");
            seen.add(health(world));
            world.loop().post(() -> seen.add(health(world)));
        });

        assertThat(seen).containsExactly(NodeHealth.READY, NodeHealth.READY, NodeHealth.KILLED);
        assertThat(world.kind()).isEqualTo("simulated");
        assertThat(world.history().log().end()).isEqualTo(cluster.events().count());
        assertThat(world.history().topology(world.loop().now()).nodes())
                .extracting(NodeView::name)
                .containsExactly("store", "frontend-0", "frontend-1", "decode-0", "decode-1", "decode-2", "clients");
    }

    private static NodeHealth health(World world) {
        return world.history().topology(world.loop().now()).nodes().stream()
                .filter(node -> node.name().equals(WORKER.value()))
                .findFirst()
                .orElseThrow()
                .health();
    }

    /// A worker that is down for good: the derived bound passes, and what is missing is said in words.
    @Test
    void stabilisingWithoutHealingSaysWhatIsMissing() {
        SimulatedCluster cluster = cluster();
        LoadRun load = busy(cluster);
        cluster.runFor(SECOND);
        cluster.control().kill(WORKER);
        load.drain();

        assertThat(cluster.stabilise()).isFalse();
        assertThat(cluster.violations()).extracting(Violation::invariant).containsExactly("LivenessAfterHealing");
        assertThat(cluster.violations().getFirst().words()).startsWith("decode-1 is not registered, ");
    }

    @Test
    void timeStopsAtTheFirstBrokenInvariant() {
        SimulatedCluster cluster = cluster();
        long due = cluster.nowNanos() + SECOND;
        cluster.operator().after(SECOND, () -> {
            throw new IllegalStateException("planted");
        });

        assertThat(cluster.runFor(10 * SECOND)).isFalse();
        assertThat(cluster.nowNanos()).isEqualTo(due);
        assertThat(cluster.runFor(10 * SECOND)).isFalse();
        assertThat(cluster.nowNanos()).isEqualTo(due);
        assertThat(cluster.violations().getFirst().words()).startsWith("operator broke: ");
    }

    @Test
    void clusterWithoutAHistoryHasNoWorld() {
        SimulatedCluster cluster = SimulatedCluster.builder(1).config(config()).build();
        assertThatThrownBy(cluster::world).hasMessageContaining("without a history");
    }

    /// The bounds follow from the configuration: each named delay that grows makes the sum grow.
    @Test
    void stabilisationIsASumOfNamedDelays() {
        List<LoadSpec> load = List.of(new LoadSpec(4, 0, 10, 10, 10, 0, 0));
        List<Bounds.Delay> usual = new Bounds(config()).stabilisation(load);
        List<Bounds.Delay> longLease = new Bounds(
                        SimulationConfig.of(new ClusterConfig("m", 2, 3, 2_048, 2_048, 64, 5.0, 3, 30 * SECOND)))
                .stabilisation(load);

        assertThat(Bounds.sum(usual))
                .isEqualTo(usual.stream().mapToLong(Bounds.Delay::nanos).sum());
        assertThat(Bounds.sum(longLease)).isGreaterThan(Bounds.sum(usual) + 27 * SECOND);
        assertThat(usual).extracting(Bounds.Delay::name).doesNotHaveDuplicates();
        assertThat(Stream.concat(usual.stream(), longLease.stream())).allMatch(delay -> delay.nanos() >= 0);
    }

    private static void onLoop(SimulatedCluster cluster, Runnable task) {
        NodeLoop operator = cluster.operator();
        operator.post(task);
        cluster.runFor(1);
    }
}
