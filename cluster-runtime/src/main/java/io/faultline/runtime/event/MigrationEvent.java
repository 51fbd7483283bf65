package io.faultline.runtime.event;

import io.faultline.runtime.request.ErrorType;

/// A request moves from a worker to another one.
public sealed interface MigrationEvent extends EventRecord {
    /// A request's attempt broke and the request is to continue elsewhere.
    /// @param type `new_request` when no token had been delivered by that attempt's stream set-up, otherwise
    ///     `ongoing_request`
    /// @param replayTokens prompt and delivered tokens that the next worker has to prefill
    record MigrationStarted(
            String request, int attempt, long from, MigrationType type, ErrorType because, int replayTokens)
            implements MigrationEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(from).add(type).add(because).add(replayTokens);
        }
    }

    /// The request produced its next token on another worker.
    /// @param gapNanos from the break to that token
    /// @param recomputedTokens prompt tokens that were prefilled again because no cached block held them
    record MigrationCompleted(
            String request, int attempt, long from, long to, MigrationType type, long gapNanos, int recomputedTokens)
            implements MigrationEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(attempt)
                    .add(from)
                    .add(to)
                    .add(type)
                    .add(gapNanos)
                    .add(recomputedTokens);
        }
    }

    /// No further attempt: budget, length cap, deadline, or nobody left to go to.
    record MigrationFailed(String request, int attempt, long from, MigrationType type, ErrorType because)
            implements MigrationEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(from).add(type).add(because);
        }
    }

    /// A request has grown so long that it is not moved any more; told once.
    record MigrationCapExceeded(String request, int sequenceTokens, int capTokens) implements MigrationEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(sequenceTokens).add(capTokens);
        }
    }

    enum MigrationType {
        NEW_REQUEST("new_request"),
        ONGOING_REQUEST("ongoing_request");

        private final String label;

        MigrationType(String label) {
            this.label = label;
        }

        /// Value of the metrics' `migration_type` label.
        public String label() {
            return label;
        }
    }
}
