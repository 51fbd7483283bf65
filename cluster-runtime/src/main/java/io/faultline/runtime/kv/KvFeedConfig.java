package io.faultline.runtime.kv;

import io.faultline.runtime.seam.Invariants;

/// How a worker's cache is told to those who follow it.
///
/// @param eventsKept newest events that a worker keeps for followers that missed some; default 1024, Dynamo's. A
///     follower that is further behind gets the whole content
/// @param frameBlocksMax most blocks told in one frame; default 4096
/// @param headNanos how often a worker says how many events there are, so that the loss of the last one is found as
///     well; default 500 ms
/// @param retryMinNanos a follower's wait for an answer before it asks again; default 200 ms, doubled each time
/// @param retryMaxNanos its longest wait; default 5 s
public record KvFeedConfig(int eventsKept, int frameBlocksMax, long headNanos, long retryMinNanos, long retryMaxNanos) {
    public KvFeedConfig {
        Invariants.check(eventsKept >= 1 && frameBlocksMax >= 1, "at least one event and one block");
        Invariants.check(
                headNanos > 0 && retryMinNanos > 0 && retryMinNanos <= retryMaxNanos,
                "waits are at least 1 ns and the first is not longer than the last");
    }

    public static KvFeedConfig defaults() {
        return new KvFeedConfig(1024, 4096, 500_000_000L, 200_000_000L, 5_000_000_000L);
    }
}
