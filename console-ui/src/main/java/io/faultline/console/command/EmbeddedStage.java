package io.faultline.console.command;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.text.ByteTokenizer;
import io.faultline.runtime.world.LoadControl.AnswerObserver;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import io.faultline.sim.bench.OverloadStage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A stage on real threads, in real time. To be used from one thread that is none of the cluster's.
final class EmbeddedStage implements OverloadStage {
    private static final long START_SECONDS = 20;

    private final EmbeddedCluster cluster;
    private final OpenLoadSpec shape;

    EmbeddedStage(ClusterConfig config, OpenLoadSpec shape, long seed) {
        this.cluster = EmbeddedCluster.start(config, new ByteTokenizer(), seed);
        this.shape = shape;
        awaitReady();
    }

    private void awaitReady() {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < limit) {
            List<CompletableFuture<Integer>> routable = new ArrayList<>();
            for (EmbeddedCluster.RunningFrontend frontend : onLoop(cluster::runningFrontends)) {
                CompletableFuture<Integer> answer = new CompletableFuture<>();
                frontend.loop()
                        .post(() -> answer.complete(
                                frontend.port().state().instances().size()));
                routable.add(answer);
            }
            if (routable.stream()
                    .allMatch(count -> count.join() == cluster.config().decodeWorkers())) {
                return;
            }
            pause(50_000_000L);
        }
        throw new UserMistake("the cluster did not start within " + START_SECONDS + " s; is this machine overloaded?");
    }

    @Override
    public Measured offer(List<Phase> phases) {
        List<ObservedAnswer> ended = Collections.synchronizedList(new ArrayList<>());
        int sent = 0;
        double seconds = 0;
        for (Phase phase : phases) {
            AnswerObserver observer = phase.isMeasured() ? ended::add : AnswerObserver.NOBODY;
            long began = System.nanoTime();
            LoadRun run = onLoop(() -> cluster.load().start(shape.at(phase.requestsPerSecond()), observer));
            pause(phase.nanos());
            run.drain();
            if (phase.isMeasured()) {
                seconds = (System.nanoTime() - began) * 1e-9;
                // What another thread sees of a run may be a moment old.
                pause(100_000_000L);
                sent = run.tally().sent();
            }
        }
        synchronized (ended) {
            return new Measured(sent, ended, seconds);
        }
    }

    private <T> T onLoop(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        cluster.onOperatorLoop(() -> answer.complete(question.get()));
        return answer.join();
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the bench was interrupted", e);
        }
    }

    /// Ends the frontends in disorder, or what still waits in them would be served first.
    @Override
    public void close() {
        cluster.kill();
    }
}
