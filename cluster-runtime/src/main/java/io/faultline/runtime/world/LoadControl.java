package io.faultline.runtime.world;

import io.faultline.runtime.seam.Invariants;

/// Starts and stops synthetic clients. Called on the operator's loop.
public interface LoadControl {

    /// Starts clients that behave as `spec` says.
    LoadRun start(LoadSpec spec);

    /// Clients under way.
    interface LoadRun {
        /// No new requests; those that are open run on.
        void drain();

        /// Requests that were sent and have not ended.
        int open();

        /// True once no request is open and none will be sent.
        boolean isFinished();

        /// What has come of it so far.
        LoadTally tally();
    }

    /// @param sent requests, whatever became of them
    /// @param completed those that ended with their whole answer
    record LoadTally(int sent, int completed) {}

    /// How a group of synthetic clients behaves. Every answer is compared with the undisturbed one and reported as
    /// [io.faultline.runtime.event.EventRecord.AnswerChecked].
    ///
    /// @param clients streams at the same time, 1 to 10 000; each client sends its next request when the last
    ///     ended (closed loop)
    /// @param requestsPerClient 0 = until drained
    /// @param promptTokensMin shortest prompt
    /// @param promptTokensMax longest prompt, drawn uniformly
    /// @param maxTokens longest answer; the answer's own end is ignored, so this is its length
    /// @param sharedPrefixTokens tokens that all prompts begin with (a system prompt)
    /// @param rampNanos clients start evenly spread over this time
    record LoadSpec(
            int clients,
            int requestsPerClient,
            int promptTokensMin,
            int promptTokensMax,
            int maxTokens,
            int sharedPrefixTokens,
            long rampNanos) {
        public LoadSpec {
            Invariants.check(clients >= 1 && clients <= 10_000, "1 to 10000 clients, not %s", clients);
            Invariants.check(requestsPerClient >= 0, "requests per client is at least 0");
            Invariants.check(
                    promptTokensMin >= 1 && promptTokensMin <= promptTokensMax,
                    "prompts have at least 1 token and the longest is not shorter than the shortest");
            Invariants.check(maxTokens >= 1, "answers have at least 1 token");
            Invariants.check(sharedPrefixTokens >= 0 && rampNanos >= 0, "prefix and ramp are at least 0");
        }
    }
}
