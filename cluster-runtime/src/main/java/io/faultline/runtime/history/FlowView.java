package io.faultline.runtime.history;

/// What flows between clients and the service, measured against the [Objectives]. Immutable.
///
/// @param objectives that it is measured against
/// @param unreached requests that clients sent and no frontend took for longer than a stream may stand still
/// @param waiting requests without a first token for longer than the objective
/// @param longestWaitNanos of all requests without a first token, the unreached included; 0 without one
/// @param stalled streams that stand still for longer than they may
/// @param longestStallNanos of those; 0 without one
/// @param lastTokenNanos when the last token was delivered; -1 before the first
/// @param recent the last [#RECENT_SECONDS] and the one that runs
/// @param window the last [#WINDOW_SECONDS] and the one that runs
public record FlowView(
        Objectives objectives,
        int unreached,
        int waiting,
        long longestWaitNanos,
        int stalled,
        long longestStallNanos,
        long lastTokenNanos,
        Tally recent,
        Tally window) {
    /// Seconds after which what went wrong counts as over.
    public static final int RECENT_SECONDS = 5;
    public static final int WINDOW_SECONDS = 30;

    static FlowView empty() {
        return new FlowView(Objectives.defaults(), 0, 0, 0, 0, 0, -1, Tally.NONE, Tally.NONE);
    }

    /// Whether a client that waits now waits for too long.
    public boolean isHeldUp() {
        return unreached + waiting + stalled > 0;
    }

    /// Counts over some seconds.
    ///
    /// @param served whole responses
    /// @param unserved requests that failed, were refused a connection, were lost with their frontend, or were
    ///     rejected for want of a worker
    /// @param shed rejected on purpose, with a time to come back
    /// @param firstTokens and how many of them were late
    /// @param stretches of streams, and how many of them were slow
    /// @param longestGapNanos of the streams that went on; 0 when none stood still for too long
    /// @param mismatches responses that were not the reference response
    /// @param movesFailed migrations that found no worker to go on
    public record Tally(
            int received,
            int served,
            int unserved,
            int shed,
            int firstTokens,
            int lateFirstTokens,
            int stretches,
            int slowStretches,
            long longestGapNanos,
            int mismatches,
            int movesFailed,
            long tokens) {
        static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        /// Requests that ended and that the service owed a response.
        public int owed() {
            return served + unserved;
        }

        /// Whether anything happened from which health can be told.
        public boolean isEmpty() {
            return received + served + unserved + shed == 0 && tokens == 0;
        }
    }
}
