package io.faultline.sim.cluster;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A machine that stops and starts: every node of it late, together or one by one, and nobody ill.
@Shows(value = "HLT-4", in = SIMULATED)
class BusyMachineTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final NodeId FRONTEND = new NodeId("frontend-0");
    private static final List<NodeId> WORKERS =
            List.of(new NodeId("decode-0"), new NodeId("decode-1"), new NodeId("decode-2"));
    private static final List<NodeId> ALL = List.of(FRONTEND, WORKERS.get(0), WORKERS.get(1), WORKERS.get(2));

    private final List<ClusterEvent> events = new ArrayList<>();
    private RandomSource random = new RandomSource(1);

    private SimulatedCluster busyCluster(long seed) {
        random = new RandomSource(seed).fork("machine");
        SimulatedCluster cluster = SimulatedCluster.builder(seed)
                .config(SimulationConfig.of(new ClusterConfig("m", 1, 3, 2_048, 2_048, 64, 5.0, 3, 3 * SECOND)))
                .fold(events::add)
                .build();
        assertThat(cluster.awaitStart()).isTrue();
        cluster.load().start(new LoadSpec(12, 0, 16, 128, 60, 32, SECOND));
        cluster.runFor(SECOND);
        return cluster;
    }

    /// As when a virtual machine is not scheduled, or a collector stops the world.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pausesOfTheWholeMachineConvictNobody(long seed) {
        SimulatedCluster cluster = busyCluster(seed);
        for (int i = 0; i < 300; i++) {
            pause(cluster, ALL, 1 + random.nextInt(i % 10 == 0 ? 3_000 : 400));
            cluster.runFor((1 + random.nextInt(300)) * MS);
        }
        assertNobodyWasGivenUp();
    }

    /// As when its thread is the one that compiles, collects, or waits for a processor.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pausesOfTheObserverConvictNobody(long seed) {
        SimulatedCluster cluster = busyCluster(seed);
        for (int i = 0; i < 300; i++) {
            pause(cluster, List.of(FRONTEND), 1 + random.nextInt(1_000));
            cluster.runFor((1 + random.nextInt(300)) * MS);
        }
        assertNobodyWasGivenUp();
    }

    /// Every node waits for a processor on its own, up to a third of a second at a time.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void starvedNodesConvictNobody(long seed) {
        SimulatedCluster cluster = busyCluster(seed);
        for (int i = 0; i < 600; i++) {
            pause(cluster, List.of(ALL.get(random.nextInt(ALL.size()))), 1 + random.nextInt(300));
            cluster.runFor((1 + random.nextInt(50)) * MS);
        }
        assertNobodyWasGivenUp();
    }

    /// Two workers that share a processor, which is taken away for longer than the bound: on a machine that has been
    /// busy for a while.
    @Test
    void aLongStarvationAfterShorterOnesConvictsNobody() {
        SimulatedCluster cluster = busyCluster(1);
        for (int i = 0; i < 10; i++) {
            pause(cluster, List.of(WORKERS.get(0), WORKERS.get(2)), 300);
            cluster.runFor(200 * MS);
            pause(cluster, List.of(WORKERS.get(0), WORKERS.get(2)), 450);
            cluster.runFor(SECOND);
        }
        assertNobodyWasGivenUp();
    }

    @Test
    void aFreezeIsFoundInTimeWhereNobodyWasLate() {
        SimulatedCluster cluster = busyCluster(1);
        cluster.runFor(10 * SECOND);
        long frozenAt = cluster.nowNanos();
        cluster.control().freeze(WORKERS.get(1));
        cluster.runFor(2 * SECOND);
        assertThat(foundAfterNanos(frozenAt)).isBetween(300 * MS, 400 * MS);
    }

    @Test
    void aFreezeIsFoundOnABusyMachineToo() {
        SimulatedCluster cluster = busyCluster(1);
        for (int i = 0; i < 20; i++) {
            pause(cluster, ALL, 1_000);
            cluster.runFor(100 * MS);
        }
        long frozenAt = cluster.nowNanos();
        cluster.control().freeze(WORKERS.get(1));
        cluster.runFor(2 * SECOND);
        assertThat(foundAfterNanos(frozenAt)).isBetween(300 * MS, 800 * MS);
    }

    private long foundAfterNanos(long frozenAt) {
        return events.stream()
                        .filter(e -> e.record() instanceof DiscoveryEvent.InstanceInhibited)
                        .mapToLong(ClusterEvent::atNanos)
                        .min()
                        .orElseThrow()
                - frozenAt;
    }

    private static void pause(SimulatedCluster cluster, List<NodeId> nodes, long millis) {
        nodes.forEach(cluster.control()::freeze);
        cluster.runFor(millis * MS);
        nodes.forEach(cluster.control()::thaw);
    }

    private void assertNobodyWasGivenUp() {
        assertThat(events.stream().map(ClusterEvent::record))
                .noneMatch(r -> r instanceof DiscoveryEvent.InstanceInhibited)
                .noneMatch(r -> r instanceof MigrationEvent.MigrationStarted)
                .anyMatch(r -> r instanceof RequestEvent.RequestCompleted);
    }
}
