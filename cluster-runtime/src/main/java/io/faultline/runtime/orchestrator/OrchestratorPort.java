package io.faultline.runtime.orchestrator;

import java.util.function.Consumer;

/// What an operator may tell an orchestrator. Called on its loop; so are the answers.
public interface OrchestratorPort {
    /// Nothing new is started there until somebody lifts it. The answer is false when there is no such machine or the
    /// store did not take it.
    void cordon(String machine, String by, Consumer<Boolean> then);

    /// Lifts a cordon, whoever set it. The answer is false when the store did not take it, or the orchestrator has just
    /// taken over and does not know the cordons yet.
    void uncordon(String machine, String by, Consumer<Boolean> then);
}
