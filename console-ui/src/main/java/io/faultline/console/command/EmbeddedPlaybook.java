package io.faultline.console.command;

import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.run.PlaybookRun;
import io.faultline.playbook.run.RunConfig;
import io.faultline.playbook.run.RunRequest;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.EventRecord.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.text.Tokenizer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A playbook on a cluster of its own in this process, in real time. Blocks until it is over. Not for a loop's thread.
final class EmbeddedPlaybook {
    private static final long LOOK_NANOS = 50_000_000L;
    private static final long START_NANOS = 60_000_000_000L;

    private final EmbeddedCluster cluster;
    private final Playbook playbook;
    private final RunRequest request;
    private final int workers;
    private final long giveUpNanos;
    private final CompletableFuture<PlaybookReport> finished = new CompletableFuture<>();

    private EmbeddedPlaybook(EmbeddedCluster cluster, Playbook playbook, RunRequest request, int workers) {
        this.cluster = cluster;
        this.playbook = playbook;
        this.request = request;
        this.workers = workers;
        this.giveUpNanos = cluster.loop().now() + START_NANOS;
    }

    /// @throws UserMistake when the playbook cannot run on that cluster
    static PlaybookReport play(ClusterConfig config, Tokenizer tokenizer, Playbook playbook, RunRequest request) {
        try (EmbeddedCluster cluster = EmbeddedCluster.start(config, tokenizer, request.seed())) {
            EmbeddedPlaybook play = new EmbeddedPlaybook(cluster, playbook, request, config.decodeWorkers());
            cluster.onOperatorLoop(play::startWhenReady);
            return play.finished.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof UserMistake mistake ? mistake : e;
        }
    }

    private void startWhenReady() {
        long now = cluster.loop().now();
        long ready = cluster.history().topology(now).nodes().stream()
                .filter(node -> node.role() == NodeRole.DECODE && node.health() == NodeHealth.READY)
                .count();
        if (ready < workers && now < giveUpNanos) {
            cluster.loop().after(LOOK_NANOS, this::startWhenReady);
            return;
        }
        PlaybookRun.Start start =
                PlaybookRun.start(cluster, playbook, request, RunConfig.defaults(), finished::complete);
        if (start instanceof PlaybookRun.Start.Refused(List<String> problems)) {
            finished.completeExceptionally(new UserMistake(String.join("; ", problems)));
        }
    }
}
