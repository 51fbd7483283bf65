package io.faultline.console.shell;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/// How much of the heap browsers may hold on to, and for how long.
///
/// @param pagesMax open pages in all; one more ends the one that was silent longest, or else the oldest
/// @param visitorsMax sessions of browsers that have not signed in; one more ends the oldest, without a page first
/// @param usersMax sessions of signed-in users; one more ends the one that was used longest ago
/// @param takenWithin time in which a browser must take a frame; later its page is ended
/// @param visitorIdle idle time after which the session of a browser that has not signed in ends
/// @param userIdle idle time after which the session of a signed-in user ends
/// @param heartbeat of a browser; after three missing ones its page is ended
/// @param sweepPeriod time between two looks at all pages
/// @param heapShareMax share of the old generation that is in use after a collection from which on pages are ended
@RecordBuilder
public record PageLimits(
        int pagesMax,
        int visitorsMax,
        int usersMax,
        Duration takenWithin,
        Duration visitorIdle,
        Duration userIdle,
        Duration heartbeat,
        Duration sweepPeriod,
        double heapShareMax)
        implements PageLimitsBuilder.With {

    /// A page on a busy machine, with its frame on the way, was seen to take 5 MB: less than half of the 2 GiB that
    /// `bin/faultline` gives.
    public static PageLimits defaults() {
        return new PageLimits(
                150,
                250,
                250,
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofMinutes(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                0.75);
    }
}
