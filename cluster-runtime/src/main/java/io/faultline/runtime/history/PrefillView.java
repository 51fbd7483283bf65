package io.faultline.runtime.history;

/// One prompt that a decode worker wanted prefilled elsewhere. Times are the cluster's; -1 = not yet, or never.
///
/// @param to the decode worker
/// @param from the prefill worker that had it last; empty while nobody had it
/// @param uncachedTokens prompt tokens that the decode worker's cache did not hold
/// @param deliveries how often the queue gave it to a prefill worker
/// @param spooledAtNanos when its blocks were last in a spool, waiting for the decode worker
/// @param blocks handed over
/// @param transferNanos from the first block to the last
/// @param why it was prefilled locally after all; empty when it was not
public record PrefillView(
        String request,
        int attempt,
        String to,
        String from,
        int uncachedTokens,
        long queuedAtNanos,
        long startedAtNanos,
        long computedAtNanos,
        long endedAtNanos,
        int deliveries,
        long spooledAtNanos,
        int blocks,
        long bytes,
        long transferNanos,
        Outcome outcome,
        String why) {

    /// What came of it.
    public enum Outcome {
        UNDER_WAY,
        HANDED_OVER,
        FELL_BACK,
        WITHDRAWN,
        /// The decode worker ended.
        LOST
    }

    /// How long the decode worker waited; -1 while it does.
    public long waitedNanos() {
        return endedAtNanos < 0 ? -1 : endedAtNanos - queuedAtNanos;
    }
}
