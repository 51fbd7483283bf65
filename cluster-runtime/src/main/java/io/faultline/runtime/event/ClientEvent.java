package io.faultline.runtime.event;

import io.faultline.runtime.request.ErrorType;

/// What load-generating clients notice.
public sealed interface ClientEvent extends EventRecord {
    /// A client sent a request, whether or not a frontend ever takes it.
    record RequestSent(String request) implements ClientEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request);
        }
    }

    /// A client's request ended without its whole response: it failed, was rejected, was cancelled, or no frontend
    /// could be reached.
    /// @param type as the client saw it
    /// @param waitedNanos since it was sent
    record RequestUnserved(String request, ErrorType type, long waitedNanos) implements ClientEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(type).add(waitedNanos);
        }
    }

    /// A load-generating client got its whole answer and compared it with the undisturbed one.
    /// @param longestGapNanos longest wait between two deltas
    record AnswerChecked(String request, boolean identical, int tokens, long longestGapNanos) implements ClientEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(identical).add(tokens).add(longestGapNanos);
        }
    }
}
