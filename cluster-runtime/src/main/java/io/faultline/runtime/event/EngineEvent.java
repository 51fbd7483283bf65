package io.faultline.runtime.event;

/// What a worker's engine does with its sequences.
public sealed interface EngineEvent extends EventRecord {
    /// A worker finished one engine iteration.
    /// @param prefillTokens prompt tokens computed in it
    /// @param decodeTokens tokens generated in it
    /// @param running sequences in the batch
    /// @param waiting sequences in the queue
    /// @param usedBlocks KV blocks referenced by sequences
    /// @param cachedBlocks KV blocks kept for reuse only
    /// @param stepNanos how long it took
    record EngineStepped(
            long instance,
            int prefillTokens,
            int decodeTokens,
            int running,
            int waiting,
            int usedBlocks,
            int cachedBlocks,
            long stepNanos)
            implements EngineEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(prefillTokens)
                    .add(decodeTokens)
                    .add(running)
                    .add(waiting)
                    .add(usedBlocks)
                    .add(cachedBlocks)
                    .add(stepNanos);
        }
    }

    /// A worker took a sequence into its engine.
    /// @param attempt of the request
    /// @param tokens prompt, and what earlier attempts delivered
    record SequenceOpened(long instance, String request, int attempt, int tokens) implements EngineEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(tokens);
        }
    }

    /// A worker is done with a sequence.
    /// @param tokens that it came with
    /// @param cachedTokens how many of them were found in the KV cache when they were first computed
    /// @param durationNanos since it was opened
    record SequenceEnded(
            long instance, String request, SequenceEnd how, int tokens, int cachedTokens, long durationNanos)
            implements EngineEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(request)
                    .add(how)
                    .add(tokens)
                    .add(cachedTokens)
                    .add(durationNanos);
        }
    }

    enum SequenceEnd {
        FINISHED,
        CANCELLED,
        FAILED,
        /// The worker shut down; the request goes on elsewhere.
        LEFT_TO_OTHERS
    }

    /// A running sequence lost its KV blocks to others and waits again.
    record SequencePreempted(long instance, String request, int computedTokens) implements EngineEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(computedTokens);
        }
    }

    /// A worker dropped a sequence because it was cancelled.
    record SequenceReleased(long instance, String request, int freedBlocks) implements EngineEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(freedBlocks);
        }
    }
}
