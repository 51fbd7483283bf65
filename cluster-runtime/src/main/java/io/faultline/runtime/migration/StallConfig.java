package io.faultline.runtime.migration;

import io.faultline.runtime.seam.Invariants;

/// How long a stream may yield nothing although its worker is heard of, before the request goes on elsewhere.
/// Finds what
/// heartbeats cannot: an engine that stands still in a process that lives.
///
/// @param firstTokenNanos longest wait of an attempt for its first token: the worker's queue and the prefill
/// of the prompt
///     lie in it; default 60 s, 0 = no limit
/// @param nextTokenNanos longest wait between two tokens of an attempt: other sequences' prefills and a
/// pre-emption lie in
///     it; default 10 s, 0 = no limit
public record StallConfig(long firstTokenNanos, long nextTokenNanos) {
    public StallConfig {
        Invariants.check(firstTokenNanos >= 0 && nextTokenNanos >= 0, "limits are at least 0 ns");
    }

    public static StallConfig defaults() {
        return new StallConfig(60_000_000_000L, 10_000_000_000L);
    }
}
