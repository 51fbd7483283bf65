package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.AnswerObserver;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The adaptive limit on real threads: many times as many requests as two small workers can take.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedOverloadTest {
    private static final long POLL_NANOS = 5_000_000L;
    private static final OpenLoadSpec LOAD = new OpenLoadSpec(300, 50, 150, 20, 60, List.of(Caller.ANYBODY), 0, 0);

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 2, 2048, 2048, 64, 1.0, 3, 10_000_000_000L)
                    .withAdmission(AdmissionConfig.adaptiveLimit()),
            new ByteTokenizer(),
            7);

    @AfterEach
    void stop() {
        cluster.kill();
    }

    @Test
    @DisplayName("REJ-4: overload is shed, what is admitted is served whole, and all permits come back")
    @Shows(value = "REJ-4", in = EMBEDDED)
    void overloadIsShedAndLeavesNothingBehind() {
        shedAndForget(LOAD);
    }

    @Test
    @DisplayName("REJ-4: clients that send everything that was refused again at once, three times, change nothing")
    @Shows(value = "REJ-4", in = EMBEDDED)
    void aRetryStormPassesByItself() {
        shedAndForget(LOAD.retrying(3, 0));
    }

    private void shedAndForget(OpenLoadSpec load) {
        await(() -> ready() == 2);
        LoadRun overload = call(() -> cluster.load().start(load, AnswerObserver.NOBODY));
        await(() -> service().rejected() >= 1_000 && service().completed() >= 50);
        overload.drain();
        await(overload::isFinished);
        ServiceSnapshot after = call(this::service);
        assertThat(after.failed()).isZero();
        assertThat(after.answersDiffering()).isZero();
        assertThat(call(() -> cluster.history().load(cluster.loop().now()).rejections()))
                .containsKey(RejectReason.ADAPTIVE_LIMIT);

        // One at a time is less than any limit: a refusal would mean that a permit was lost.
        LoadRun light = call(() -> cluster.load().start(new LoadSpec(1, 10, 50, 150, 20, 0, 0)));
        await(light::isFinished);
        assertThat(light.tally().completed()).isEqualTo(10);
        assertThat(call(this::service).rejected())
                .as("nobody is refused afterwards")
                .isEqualTo(after.rejected());
    }

    private long ready() {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> n.name().startsWith("decode") && n.health() == NodeHealth.READY)
                .count();
    }

    private ServiceSnapshot service() {
        return cluster.history().service(cluster.loop().now());
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
