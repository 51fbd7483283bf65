package io.faultline.runtime.routing;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How workers are chosen.
///
/// @param mode of the frontends (`--router-mode`); default round-robin, Dynamo's
/// @param fallback what a frontend does in mode kv while no router answers; default least-loaded
/// @param routers how many there are, 0 to 16; each knows all that the others know, one is enough
/// @param overlapWeight how much a prompt's uncached blocks weigh against blocks in use (`--kv-overlap-score-weight`);
///     default 1, 0 = look at the load alone
/// @param temperature 0 = always the cheapest worker, above = by chance, the more the higher (`--router-temperature`)
/// @param answerNanos longest wait for a router's answer; default 50 ms: a frozen router costs those who asked it that
///     much, once
/// @param probeNanos longest wait for a router's word that it is there; default 500 ms
/// @param retryMinNanos wait before a router is tried again; default 100 ms, doubled each time
/// @param retryMaxNanos longest such wait; default 2 s
@RecordBuilder
public record RoutingConfig(
        RoutingMode mode,
        RoutingMode fallback,
        int routers,
        double overlapWeight,
        double temperature,
        long answerNanos,
        long probeNanos,
        long retryMinNanos,
        long retryMaxNanos)
        implements RoutingConfigBuilder.With {
    public RoutingConfig {
        Invariants.check(fallback != RoutingMode.KV, "a fallback needs no router");
        Invariants.check(routers >= 0 && routers <= 16, "0 to 16 routers, not %s", routers);
        Invariants.check(overlapWeight >= 0 && temperature >= 0, "weight and temperature are at least 0");
        Invariants.check(
                answerNanos > 0 && probeNanos > 0 && retryMinNanos > 0 && retryMinNanos <= retryMaxNanos,
                "waits are at least 1 ns and the first is not longer than the last");
    }

    /// Without routers.
    public static RoutingConfig roundRobin() {
        return local(RoutingMode.ROUND_ROBIN);
    }

    /// Without routers, in any mode but kv.
    public static RoutingConfig local(RoutingMode mode) {
        return new RoutingConfig(
                mode, RoutingMode.LEAST_LOADED, 0, 1, 0, 50_000_000L, 500_000_000L, 100_000_000L, 2_000_000_000L);
    }

    /// By what is in the workers' caches.
    public static RoutingConfig kv(int routers) {
        return roundRobin().with(b -> b.mode(RoutingMode.KV).routers(routers));
    }

    public RoutingConfig withWeights(double otherOverlapWeight, double otherTemperature) {
        return with(b -> b.overlapWeight(otherOverlapWeight).temperature(otherTemperature));
    }

    /// What a frontend does by itself.
    public RoutingMode localMode() {
        return mode == RoutingMode.KV ? fallback : mode;
    }
}
