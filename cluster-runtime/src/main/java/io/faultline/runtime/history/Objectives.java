package io.faultline.runtime.history;

import io.faultline.runtime.seam.Invariants;

/// Service level objectives: what clients are promised. The one place for these numbers; verdict, tiles and REST read
/// them here.
///
/// @param successMin least share of requests served among those that the service owes a response; above 0, at most 1
/// @param ttftNanos longest time to first token, for 99 of 100 requests
/// @param itlNanos longest mean time between tokens, for 99 of 100 stretches of a stream
/// @param gapNanos longest time that a stream may stand still
public record Objectives(double successMin, long ttftNanos, long itlNanos, long gapNanos) {
    /// Share of requests that may miss a latency objective.
    public static final double LATE_MAX = 0.01;

    public Objectives {
        Invariants.check(successMin > 0 && successMin <= 1, "the success objective must be above 0 and at most 1");
        Invariants.check(ttftNanos > 0 && itlNanos > 0 && gapNanos > 0, "latency objectives must be above 0");
    }

    /// Three nines; 2 s to the first token, 250 ms between tokens, 1 s without any.
    public static Objectives defaults() {
        return new Objectives(0.999, 2_000_000_000L, 250_000_000L, 1_000_000_000L);
    }
}
