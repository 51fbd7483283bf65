package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The same nodes as everywhere, on real threads. Waits for conditions, never for a time; the limit is there for a
/// cluster that hangs.
@Timeout(value = 40, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedClusterTest {
    private static final NodeId VICTIM = new NodeId("decode-1");
    private static final long POLL_NANOS = 5_000_000L;

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 3, 2048, 2048, 64, 10.0, 3, 10_000_000_000L), new ByteTokenizer(), 7);

    @AfterEach
    void stop() {
        cluster.close();
    }

    /// MIG-1, MIG-5, TC-1: 64 streams, one worker killed, every answer byte-identical to the undisturbed one.
    @Test
    @Shows(
            value = {"MIG-1", "REQ-10"},
            in = EMBEDDED)
    void everyStreamSurvivesTheKillOfAWorkerUnchanged() {
        await(() -> ready() == 3);
        LoadRun load = start(new LoadSpec(64, 2, 20, 200, 120, 32, 0));
        await(() -> openOn(VICTIM) >= 10 && service().outputTokens() > 500);
        assertThat(call(() -> cluster.faults().inject(new Fault.WorkerKill(VICTIM), null, "test")))
                .isInstanceOf(Result.Done.class);
        await(() -> load.isFinished() && service().answersChecked() == 128);
        ServiceSnapshot after = call(this::service);
        assertThat(after.answersDiffering()).isZero();
        assertThat(after.completed()).isEqualTo(128);
        assertThat(after.failed()).isZero();
        assertThat(after.migrationsCompleted()).isGreaterThanOrEqualTo(10);
        assertThat(after.migrationsFailed()).isZero();
        call(() -> cluster.faults().inject(new Fault.WorkerStart(VICTIM), null, "test"));
        await(() -> ready() == 3);
    }

    /// HLT-4: a worker that stands still with its sockets open.
    @Test
    @Shows(
            value = {"MIG-1", "HLT-4"},
            in = EMBEDDED)
    void everyStreamSurvivesAFrozenWorker() {
        await(() -> ready() == 3);
        LoadRun load = start(new LoadSpec(24, 1, 20, 200, 200, 0, 0));
        await(() -> openOn(VICTIM) >= 4 && service().outputTokens() > 200);
        Result injected = call(() -> cluster.faults().inject(new Fault.WorkerFreeze(VICTIM), null, "test"));
        await(() -> load.isFinished() && service().answersChecked() == 24);
        assertThat(call(this::service).answersDiffering()).isZero();
        assertThat(call(this::service).migrationsCompleted()).isGreaterThanOrEqualTo(4);
        String id = ((Result.Done) injected).faultId();
        assertThat(call(() -> cluster.faults().recover(id, "test"))).isInstanceOf(Result.Done.class);
        assertThat(call(() -> cluster.faults().recover(id, "test")))
                .as("a fault is recovered once")
                .isInstanceOf(Result.Refused.class);
    }

    private long ready() {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> n.name().startsWith("decode") && n.health() == NodeHealth.READY)
                .count();
    }

    private int openOn(NodeId node) {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> n.name().equals(node.value()))
                .mapToInt(n -> n.openRequests())
                .sum();
    }

    private ServiceSnapshot service() {
        return cluster.history().service(cluster.loop().now());
    }

    private LoadRun start(LoadSpec spec) {
        return call(() -> cluster.load().start(spec));
    }

    private <T> T call(Supplier<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> result.complete(action.get()));
        return result.join();
    }

    /// Looks again on the operator's loop until it holds; the test's time-out ends a wait for what never comes.
    private void await(BooleanSupplier condition) {
        CompletableFuture<Void> held = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> look(condition, held));
        held.join();
    }

    private void look(BooleanSupplier condition, CompletableFuture<Void> held) {
        if (condition.getAsBoolean()) {
            held.complete(null);
        } else {
            cluster.loop().after(POLL_NANOS, () -> look(condition, held));
        }
    }
}
