package io.faultline.console.bench;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.host.embedded.ApiServer;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.text.BpeTokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The same nodes in this JVM.
final class EmbeddedBench implements BenchedCluster {
    private static final long AWAIT_MAX_NANOS = 60_000_000_000L;
    private static final long LEASE_NANOS = 2_000_000_000L;

    private final EmbeddedCluster cluster;
    private final ApiServer api;
    private final int port;
    private final long originNanos;
    /// On the operator's loop.
    private final List<ClusterEvent> events = new ArrayList<>();

    private final Map<String, Long> instances = new HashMap<>();

    EmbeddedBench(int workers, double speedupRatio) throws InterruptedException {
        ClusterConfig demo = ClusterConfig.demo();
        this.cluster = EmbeddedCluster.start(
                new ClusterConfig(
                        demo.model(),
                        1,
                        workers,
                        demo.contextTokens(),
                        demo.kvBlocks(),
                        demo.sequencesMax(),
                        speedupRatio,
                        demo.migrationLimit(),
                        LEASE_NANOS),
                BpeTokenizer.cl100kBase(),
                1);
        this.originNanos = System.nanoTime() - cluster.loop().now();
        cluster.onOperatorLoop(() -> cluster.subscribe(this::note));
        this.api = new ApiServer(cluster);
        this.port = api.start(0);
        for (int i = 0; i < workers; i++) {
            awaitServing(i, 0);
        }
    }

    private void note(ClusterEvent event) {
        events.add(new ClusterEvent(event.sequence(), event.atNanos() + originNanos, event.node(), event.record()));
        if (event.record() instanceof DiscoveryEvent.InstanceSeen(long instance, String node, boolean present)
                && present) {
            instances.put(node, instance);
        }
    }

    @Override
    public int workers() {
        return cluster.config().decodeWorkers();
    }

    @Override
    public int apiPort(Detection detection) {
        return port;
    }

    @Override
    public long instance(int worker) {
        return ask(() -> instances.getOrDefault(id(worker).value(), 0L));
    }

    @Override
    public Blow kill(int worker) {
        return new Blow(
                ask(() -> {
                    long at = System.nanoTime();
                    cluster.kill(id(worker));
                    return at;
                }),
                0);
    }

    @Override
    public void restart(int worker) throws InterruptedException {
        long before = instance(worker);
        ask(() -> {
            cluster.start(id(worker));
            return true;
        });
        awaitServing(worker, before);
    }

    @Override
    public Blow freeze(int worker) {
        return new Blow(
                ask(() -> {
                    long at = System.nanoTime();
                    cluster.freeze(id(worker));
                    return at;
                }),
                0);
    }

    @Override
    public void thaw(int worker) throws InterruptedException {
        ask(() -> {
            cluster.thaw(id(worker));
            return true;
        });
        awaitServing(worker, -1);
    }

    /// @param before the instance that it was; another one has to be seen
    private void awaitServing(int worker, long before) throws InterruptedException {
        long limit = System.nanoTime() + AWAIT_MAX_NANOS;
        while (instance(worker) == before || !routable(worker)) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("the frontend does not find " + id(worker));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean routable(int worker) {
        long instance = instance(worker);
        EmbeddedCluster.RunningFrontend frontend =
                ask(() -> cluster.runningFrontends().getFirst());
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        frontend.loop()
                .post(() -> answer.complete(frontend.port().state().instances().stream()
                        .anyMatch(i -> i.id() == instance && !i.inhibited())));
        return answer.join() && ask(() -> cluster.state(id(worker)) == ProcessState.RUNNING);
    }

    private static NodeId id(int worker) {
        return new NodeId("decode-" + worker);
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.join();
    }

    @Override
    public List<ClusterEvent> finish() {
        return ask(() -> List.copyOf(events));
    }

    @Override
    public void close() {
        api.stop();
        cluster.close();
    }
}
