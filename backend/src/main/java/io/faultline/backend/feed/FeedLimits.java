package io.faultline.backend.feed;

import java.time.Duration;

/// How much the feed carries, and how often.
///
/// @param framePeriod shortest time between two frames
/// @param requestsMax newest requests in a frame
/// @param migrationsMax newest migrations in a frame
/// @param silentAfter time without an answer after which the cluster counts as silent
/// @param settleTime for so long after the last event frames go on, because rates over a window still fall
/// @param trendSamplesMax samples of one node's trend, one a second
/// @param trendNodesMax nodes with a trend
public record FeedLimits(
        Duration framePeriod,
        int requestsMax,
        int migrationsMax,
        Duration silentAfter,
        Duration settleTime,
        int trendSamplesMax,
        int trendNodesMax) {
    public static FeedLimits defaults() {
        return new FeedLimits(
                Duration.ofMillis(200), 200, 200, Duration.ofSeconds(2), Duration.ofSeconds(31), 900, 1024);
    }
}
