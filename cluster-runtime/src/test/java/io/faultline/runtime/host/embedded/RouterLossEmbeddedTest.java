package io.faultline.runtime.host.embedded;

import static io.faultline.runtime.shown.World.EMBEDDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.history.RoutingSnapshot;
import io.faultline.runtime.history.RoutingSnapshot.FallbackView;
import io.faultline.runtime.history.RoutingSnapshot.RouterView;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// On real threads. No assertion looks at how long something took.
@Shows(
        value = {"REQ-6", "KV-1"},
        in = EMBEDDED)
@DisplayName("REQ-6 KV-1: routers are killed under load and come back")
class RouterLossEmbeddedTest {
    private static final NodeId FIRST = new NodeId("router-0");
    private static final NodeId SECOND = new NodeId("router-1");

    private final EmbeddedCluster cluster = EmbeddedCluster.start(
            new ClusterConfig("m", 1, 3, 2048, 2048, 64, 10.0, 3, 10_000_000_000L).withRouting(RoutingConfig.kv(2)),
            new ByteTokenizer(),
            7);

    private final ClusterWatch watch = new ClusterWatch(cluster);

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void noRequestFailsWithoutRoutersAndThoseThatComeBackAreAskedAgain() {
        watch.await(() -> readyRouters() == 2);
        LoadRun load = watch.call(() -> cluster.load().start(new LoadSpec(16, 0, 20, 100, 40, 256, 0)));
        watch.await(() -> routing().decided() > 50);
        assertThat(watch.call(this::routing).decisions()).anyMatch(d -> d.overlapBlocks() > 0);

        watch.call(() -> {
            cluster.kill(FIRST);
            cluster.kill(SECOND);
            return true;
        });
        watch.await(() -> routing().fallbacks().stream().anyMatch(f -> f.untilNanos() < 0));
        long completed = watch.call(watch::service).completed();
        watch.await(() -> watch.service().completed() > completed + 30);

        watch.call(() -> {
            cluster.start(FIRST);
            cluster.start(SECOND);
            return true;
        });
        watch.await(() -> readyRouters() == 2 && routing().fallbacks().stream().noneMatch(f -> f.untilNanos() < 0));
        long decided = watch.call(this::routing).decided();
        watch.await(() -> routing().decided() > decided + 50);
        watch.call(() -> {
            load.drain();
            return true;
        });
        watch.await(load::isFinished);

        ServiceSnapshot after = watch.call(watch::service);
        assertThat(after.failed()).isZero();
        assertThat(after.answersDiffering()).isZero();
        assertThat(watch.call(this::routing).fallbacks().stream()
                        .mapToLong(FallbackView::requests)
                        .sum())
                .isPositive();
    }

    private long readyRouters() {
        return routing().routers().stream().filter(RouterView::isReady).count();
    }

    private RoutingSnapshot routing() {
        return cluster.history().routing();
    }
}
