package io.faultline.runtime.queue;

import io.faultline.runtime.seam.Invariants;

/// How long and for how much a [QueueClient] waits. Immutable.
///
/// @param requestTimeoutNanos a call without an answer after this (a pull: after its own wait and this) is
///     [WorkQueue.Reply.Unavailable]; default 500 ms
/// @param callsMax calls without an answer; one more is unavailable at once
public record QueueClientConfig(long requestTimeoutNanos, int callsMax) {
    public QueueClientConfig {
        Invariants.check(requestTimeoutNanos > 0, "requestTimeoutNanos is above 0, not %s", requestTimeoutNanos);
        Invariants.check(callsMax > 0, "callsMax is above 0, not %s", callsMax);
    }

    public static QueueClientConfig defaults() {
        return new QueueClientConfig(500_000_000L, 1_000);
    }
}
