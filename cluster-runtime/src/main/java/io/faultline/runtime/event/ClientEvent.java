package io.faultline.runtime.event;

/// What load-generating clients notice.
public sealed interface ClientEvent extends EventRecord {
    /// A load-generating client got its whole answer and compared it with the undisturbed one.
    /// @param longestGapNanos longest wait between two deltas
    record AnswerChecked(String request, boolean identical, int tokens, long longestGapNanos) implements ClientEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(identical).add(tokens).add(longestGapNanos);
        }
    }
}
