package io.faultline.runtime.history;

import io.faultline.runtime.request.ApiEndpoint;
import java.util.List;

/// One request's whole journey so far. Immutable. Times are nanoseconds since the cluster started, -1 = not yet.
///
/// @param outcome empty while it runs; then completed, failed, cancelled or rejected
/// @param detail finish reason, or the error in words
/// @param deliveredTokens as last reported; exact once it has ended
/// @param attempts in order; more than one after migrations
public record RequestView(
        String id,
        String frontend,
        String model,
        ApiEndpoint endpoint,
        boolean streaming,
        RequestPhase phase,
        long receivedAtNanos,
        long firstTokenAtNanos,
        long endedAtNanos,
        int promptTokens,
        int maxTokens,
        int deliveredTokens,
        int cachedTokens,
        String outcome,
        String detail,
        List<AttemptView> attempts,
        List<ProgressPoint> progress,
        List<PrefillView> prefills) {

    /// Where a request is.
    public enum RequestPhase {
        QUEUED,
        PREFILLING,
        STREAMING,
        MIGRATING,
        COMPLETED,
        FAILED,
        CANCELLED,
        REJECTED;

        public boolean isTerminal() {
            return compareTo(COMPLETED) >= 0;
        }
    }

    /// One worker's part in it.
    /// @param node the worker's name, empty when the instance was never seen
    /// @param brokeBecause error type when the attempt broke, else empty
    /// @param deliveredBefore tokens that the client had when this attempt began
    public record AttemptView(
            int number,
            long instance,
            String node,
            long routedAtNanos,
            long firstTokenAtNanos,
            long endedAtNanos,
            String brokeBecause,
            int deliveredBefore) {}

    public record ProgressPoint(long atNanos, int tokens, long instance) {}

    public int migrations() {
        return Math.max(0, attempts.size() - 1);
    }
}
