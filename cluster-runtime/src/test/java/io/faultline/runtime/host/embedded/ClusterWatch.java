package io.faultline.runtime.host.embedded;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What a test sees of an embedded cluster from its own thread.
public final class ClusterWatch {
    private static final long POLL_NANOS = 5_000_000L;

    private final EmbeddedCluster cluster;

    public ClusterWatch(EmbeddedCluster cluster) {
        this.cluster = cluster;
    }

    /// Asks on the operator's loop.
    public <T> T call(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | AssertionError e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.join();
    }

    /// Looks again on the operator's loop until it holds; the test's time-out ends a wait for what never comes.
    public void await(BooleanSupplier condition) {
        CompletableFuture<Void> held = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> look(condition, held));
        held.join();
    }

    private void look(BooleanSupplier condition, CompletableFuture<Void> held) {
        try {
            if (condition.getAsBoolean()) {
                held.complete(null);
            } else {
                cluster.loop().after(POLL_NANOS, () -> look(condition, held));
            }
        } catch (RuntimeException | AssertionError e) {
            held.completeExceptionally(e);
        }
    }

    /// How many nodes of these roles are ready. On the operator's loop.
    public long ready(NodeRole... roles) {
        return cluster.history().topology(cluster.loop().now()).nodes().stream()
                .filter(n -> List.of(roles).contains(n.role()) && n.health() == NodeHealth.READY)
                .count();
    }

    /// On the operator's loop.
    public ServiceSnapshot service() {
        return cluster.history().service(cluster.loop().now());
    }
}
