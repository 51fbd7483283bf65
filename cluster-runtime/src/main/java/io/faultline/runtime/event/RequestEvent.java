package io.faultline.runtime.event;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.request.StopReason;

/// A request's way through a frontend, from its arrival to its one end.
public sealed interface RequestEvent extends EventRecord {
    record RequestReceived(
            String request,
            String model,
            ApiEndpoint endpoint,
            boolean streaming,
            int promptTokens,
            int maxTokens,
            PriorityClass priority)
            implements RequestEvent {
        /// Of normal priority.
        public RequestReceived(
                String request,
                String model,
                ApiEndpoint endpoint,
                boolean streaming,
                int promptTokens,
                int maxTokens) {
            this(request, model, endpoint, streaming, promptTokens, maxTokens, PriorityClass.NORMAL);
        }

        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(model)
                    .add(endpoint)
                    .add(streaming)
                    .add(promptTokens)
                    .add(maxTokens)
                    .add(priority);
        }
    }

    /// The router chose. `candidates` is how many instances it could choose from.
    record RequestRouted(String request, int attempt, long instance, int candidates) implements RequestEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(instance).add(candidates);
        }
    }

    /// The first token reached the frontend.
    record FirstToken(String request, long instance, long ttftNanos) implements RequestEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(instance).add(ttftNanos);
        }
    }

    /// So many tokens were delivered to the client up to now; written every
    /// [io.faultline.runtime.frontend.FrontendConfig#progressTokens] tokens and at every change of worker.
    record TokensDelivered(String request, long instance, int total) implements RequestEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(instance).add(total);
        }
    }

    record RequestCompleted(
            String request,
            FinishReason reason,
            int promptTokens,
            int completionTokens,
            int cachedTokens,
            long durationNanos)
            implements RequestEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(reason)
                    .add(promptTokens)
                    .add(completionTokens)
                    .add(cachedTokens)
                    .add(durationNanos);
        }
    }

    record RequestFailed(String request, ErrorType type, String message, long durationNanos) implements RequestEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(type).add(message).add(durationNanos);
        }
    }

    record RequestCancelled(String request, StopReason reason, int deliveredTokens, long durationNanos)
            implements RequestEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(reason).add(deliveredTokens).add(durationNanos);
        }
    }

    /// A request was refused before any work was done for it.
    /// @param instances routable instances of its model at that moment
    /// @param busy those of them that were over a busy threshold
    /// @param inFlight requests of its model that the frontend had admitted
    /// @param limit how many it would have admitted; -1 when nothing limits it
    record RequestRejected(
            String request,
            ErrorType type,
            RejectReason reason,
            int instances,
            int busy,
            int inFlight,
            int limit,
            long durationNanos,
            PriorityClass priority)
            implements RequestEvent {
        /// Of normal priority.
        public RequestRejected(
                String request,
                ErrorType type,
                RejectReason reason,
                int instances,
                int busy,
                int inFlight,
                int limit,
                long durationNanos) {
            this(request, type, reason, instances, busy, inFlight, limit, durationNanos, PriorityClass.NORMAL);
        }

        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(type)
                    .add(reason)
                    .add(instances)
                    .add(busy)
                    .add(inFlight)
                    .add(limit)
                    .add(durationNanos)
                    .add(priority);
        }
    }
}
