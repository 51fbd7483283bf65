package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How long and for how much a [StoreClient] waits. Immutable.
///
/// @param requestTimeoutNanos a call without an answer after this is [KeyValueStore.Reply.Unavailable]; a watch that
///     the store did not confirm is lost. 1 s unless set: an outage of the store is noticed by the first call, and a
///     leader change of etcd (1.2 to 1.5 s on one machine) by one call at most. Raising it delays the retry
/// @param callsMax calls without an answer; one more is unavailable at once
/// @param watchesMax open watches; one more is the caller's bug
@RecordBuilder
public record StoreClientConfig(long requestTimeoutNanos, int callsMax, int watchesMax)
        implements StoreClientConfigBuilder.With {
    public StoreClientConfig {
        Invariants.check(requestTimeoutNanos > 0, "requestTimeoutNanos is above 0, not %s", requestTimeoutNanos);
        Invariants.check(callsMax > 0, "callsMax is above 0, not %s", callsMax);
        Invariants.check(watchesMax > 0, "watchesMax is above 0, not %s", watchesMax);
    }

    public static StoreClientConfig defaults() {
        return new StoreClientConfig(1_000_000_000L, 1_000, 1_000);
    }
}
