package io.faultline.backend.api;

import io.faultline.backend.feed.ConsoleFrame;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Turns the cluster's nanoseconds into what the API sends: moments by the clock on the wall, and milliseconds.
record Moments(ConsoleFrame frame) {
    private static final double NANOS_PER_MILLI = 1e6;

    Instant at(long nanos) {
        return frame.at(nanos);
    }

    /// For a time that is negative until it comes.
    @Nullable Instant maybeAt(long nanos) {
        return nanos < 0 ? null : frame.at(nanos);
    }

    /// For a duration that is negative when there is none.
    static @Nullable Double millis(long nanos) {
        return nanos < 0 ? null : nanos / NANOS_PER_MILLI;
    }
}
