package io.faultline.console.command;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.host.embedded.EmbeddedCluster;

/// Waits for an embedded cluster's decode workers, which an orchestrator may still have to start.
final class WhenReady {
    private static final long LOOK_NANOS = 50_000_000L;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private WhenReady() {}

    /// Runs `then` on the operator's loop once all decode workers take requests; after a minute it runs in any case.
    static void run(EmbeddedCluster cluster, Runnable then) {
        cluster.onOperatorLoop(() -> look(cluster, cluster.loop().now() + PATIENCE_NANOS, then));
    }

    private static void look(EmbeddedCluster cluster, long untilNanos, Runnable then) {
        long now = cluster.loop().now();
        long ready = cluster.history().topology(now).nodes().stream()
                .filter(node -> node.role() == NodeRole.DECODE && node.health() == NodeHealth.READY)
                .count();
        if (ready >= cluster.config().decodeWorkers() || now >= untilNanos) {
            then.run();
        } else {
            cluster.loop().after(LOOK_NANOS, () -> look(cluster, untilNanos, then));
        }
    }
}
