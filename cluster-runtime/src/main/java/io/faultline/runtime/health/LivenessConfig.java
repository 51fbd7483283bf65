package io.faultline.runtime.health;

import io.faultline.runtime.seam.Invariants;

/// How an operator probes the nodes' loops.
///
/// @param periodNanos time between two probes of a node; default 250 ms
/// @param silentNanos time without an answer after which a node counts as unresponsive; default 1 s
public record LivenessConfig(long periodNanos, long silentNanos) {
    public LivenessConfig {
        Invariants.check(
                periodNanos > 0 && silentNanos >= periodNanos,
                "a node is probed at least once before it counts as unresponsive");
    }

    public static LivenessConfig defaults() {
        return new LivenessConfig(250_000_000L, 1_000_000_000L);
    }
}
