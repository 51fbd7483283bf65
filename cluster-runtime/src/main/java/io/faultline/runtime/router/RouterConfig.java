package io.faultline.runtime.router;

import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.kv.KvFeedConfig;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// Everything that can be chosen about a router.
///
/// @param namespace in discovery; default dynamo
/// @param routing weights of its choice
/// @param kvFeed how it follows workers
/// @param warmUpNanos longest wait for the workers' first words before it lets itself be asked; default 1 s
/// @param observeNanos how often it says what it knows; default 1 s
/// @param leaveNanos longest wait for the store's word that it left discovery; default 1 s
/// @param retryMinNanos wait before a worker is tried again; default 200 ms, doubled each time
/// @param retryMaxNanos longest such wait; default 2 s
@RecordBuilder
public record RouterConfig(
        String namespace,
        RoutingConfig routing,
        KvFeedConfig kvFeed,
        LeaseConfig lease,
        long warmUpNanos,
        long observeNanos,
        long leaveNanos,
        long retryMinNanos,
        long retryMaxNanos)
        implements RouterConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public RouterConfig {
        Invariants.check(
                warmUpNanos >= 0 && observeNanos > 0 && leaveNanos >= 0, "waits are at least 0, intervals 1 ns");
        Invariants.check(
                retryMinNanos > 0 && retryMinNanos <= retryMaxNanos, "the first retry is not later than the last");
    }

    public static RouterConfig of(RoutingConfig routing, LeaseConfig lease) {
        return new RouterConfig(
                "dynamo", routing, KvFeedConfig.defaults(), lease, SECOND, SECOND, SECOND, 200_000_000L, 2 * SECOND);
    }
}
