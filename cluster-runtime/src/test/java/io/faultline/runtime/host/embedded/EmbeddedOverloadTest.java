package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.AnswerObserver;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The adaptive limit on real threads: many times as many requests as two small workers can take.
class EmbeddedOverloadTest {
    private static final OpenLoadSpec LOAD = new OpenLoadSpec(300, 50, 150, 20, 60, List.of(Caller.ANYBODY), 0, 0);

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 2, 2048, 2048, 64, 1.0, 3, 10_000_000_000L)
                    .withAdmission(AdmissionConfig.adaptiveLimit()),
            new ByteTokenizer(),
            7);

    private final ClusterWatch watch = new ClusterWatch(cluster);

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
        watch.await(() -> watch.ready(NodeRole.DECODE) == 2);
        LoadRun overload = watch.call(() -> cluster.load().start(load, AnswerObserver.NOBODY));
        watch.await(() -> watch.service().rejected() >= 1_000 && watch.service().completed() >= 50);
        overload.drain();
        watch.await(overload::isFinished);
        ServiceSnapshot after = watch.call(watch::service);
        assertThat(after.failed()).isZero();
        assertThat(after.answersDiffering()).isZero();
        assertThat(watch.call(() -> cluster.history().load(cluster.loop().now()).rejections()))
                .containsKey(RejectReason.ADAPTIVE_LIMIT);

        // One at a time is less than any limit: a refusal would mean that a permit was lost.
        LoadRun light = watch.call(() -> cluster.load().start(new LoadSpec(1, 10, 50, 150, 20, 0, 0)));
        watch.await(light::isFinished);
        assertThat(light.tally().completed()).isEqualTo(10);
        assertThat(watch.call(watch::service).rejected())
                .as("nobody is refused afterwards")
                .isEqualTo(after.rejected());
    }
}
