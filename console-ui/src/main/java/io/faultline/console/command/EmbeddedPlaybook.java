package io.faultline.console.command;

import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.run.PlaybookRun;
import io.faultline.playbook.run.RunConfig;
import io.faultline.playbook.run.RunRequest;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.host.embedded.EmbeddedCluster;
import io.faultline.runtime.text.Tokenizer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A playbook on a cluster of its own in this process, in real time.
final class EmbeddedPlaybook {
    private EmbeddedPlaybook() {}

    /// Blocks until it is over. Not for a loop's thread.
    /// @throws UserMistake when the playbook cannot run on that cluster
    static PlaybookReport play(ClusterConfig config, Tokenizer tokenizer, Playbook playbook, RunRequest request) {
        CompletableFuture<PlaybookReport> finished = new CompletableFuture<>();
        try (EmbeddedCluster cluster = EmbeddedCluster.start(config, tokenizer, request.seed())) {
            WhenReady.run(cluster, () -> {
                PlaybookRun.Start start =
                        PlaybookRun.start(cluster, playbook, request, RunConfig.defaults(), finished::complete);
                if (start instanceof PlaybookRun.Start.Refused(List<String> problems)) {
                    finished.completeExceptionally(new UserMistake(String.join("; ", problems)));
                }
            });
            return finished.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof UserMistake mistake ? mistake : e;
        }
    }
}
