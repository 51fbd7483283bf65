package io.faultline.runtime.transport;

/// How fast a peer's tokens come.
///
/// @param gaps how many gaps between tokens were seen lately, the open one included
/// @param medianNanos their median; 0 without any
public record Pace(int gaps, long medianNanos) {
    static final Pace UNKNOWN = new Pace(0, 0);
}
