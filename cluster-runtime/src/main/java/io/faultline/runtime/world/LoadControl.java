package io.faultline.runtime.world;

import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/// Starts and stops synthetic clients. Called on the operator's loop.
public interface LoadControl {

    /// Starts clients that behave as `spec` says.
    LoadRun start(LoadSpec spec);

    /// Starts requests at a rate that does not depend on the answers (open loop).
    /// @param observer hears how each ended, on the clients' loop
    LoadRun start(OpenLoadSpec spec, AnswerObserver observer);

    /// Sends the requests of a script at their moments (open loop).
    /// @param observer hears how each ended, on the clients' loop
    LoadRun start(Script script, AnswerObserver observer);

    /// Requests that are known beforehand, as those of a recorded trace. Asked for one after the other, each once, so
    /// that prompts need not all be in memory. Immutable.
    interface Script {
        int requests();

        /// When a request is sent, from the start of the run; never before the request before it.
        long atNanos(int request);

        int[] prompt(int request);

        /// The answer's own end is ignored, so this is its length.
        int answerTokens(int request);
    }

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
    /// [io.faultline.runtime.event.ClientEvent.AnswerChecked].
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

    /// Requests that arrive as a Poisson process, whatever becomes of those before: what tells a service that
    /// keeps up from one that does not, because its clients do not slow down with it.
    ///
    /// @param requestsPerSecond mean rate, above 0
    /// @param promptTokensMin shortest prompt
    /// @param promptTokensMax longest prompt, drawn uniformly
    /// @param answerTokensMin shortest answer
    /// @param answerTokensMax longest answer, drawn uniformly
    /// @param callers who asks; each request is drawn from them by their shares
    /// @param retriesMax how often a refused request is sent again
    /// @param retryNanos after which time
    @RecordBuilder
    record OpenLoadSpec(
            double requestsPerSecond,
            int promptTokensMin,
            int promptTokensMax,
            int answerTokensMin,
            int answerTokensMax,
            List<Caller> callers,
            int retriesMax,
            long retryNanos)
            implements LoadControlOpenLoadSpecBuilder.With {
        public OpenLoadSpec {
            Invariants.check(requestsPerSecond > 0, "requests come at a rate above 0");
            Invariants.check(
                    promptTokensMin >= 1
                            && promptTokensMin <= promptTokensMax
                            && answerTokensMin >= 1
                            && answerTokensMin <= answerTokensMax,
                    "prompts and answers have at least 1 token and the longest is not shorter than the shortest");
            Invariants.check(!callers.isEmpty(), "somebody asks");
            Invariants.check(retriesMax >= 0 && retryNanos >= 0, "retries and pauses are at least 0");
            callers = List.copyOf(callers);
        }

        public OpenLoadSpec at(double otherRequestsPerSecond) {
            return withRequestsPerSecond(otherRequestsPerSecond);
        }

        public OpenLoadSpec retrying(int times, long afterNanos) {
            return with(b -> b.retriesMax(times).retryNanos(afterNanos));
        }
    }

    /// @param share weight among the callers, above 0
    /// @param priority of the requests
    /// @param tenant whose they are
    record Caller(double share, int priority, String tenant) {
        public static final Caller ANYBODY = new Caller(1, 0, "");
    }

    /// Hears how the requests of an open-loop run ended.
    interface AnswerObserver {
        AnswerObserver NOBODY = _ -> {};

        void ended(ObservedAnswer answer);
    }

    /// One request as its client saw it, its retries included.
    /// @param sentNanos when it was sent the first time
    /// @param ttftNanos from then to the first token; -1 without one
    /// @param itlMeanNanos mean time between tokens; 0 with fewer than two
    record ObservedAnswer(
            Caller caller, Outcome outcome, long sentNanos, long ttftNanos, long itlMeanNanos, int tokens) {}
}
