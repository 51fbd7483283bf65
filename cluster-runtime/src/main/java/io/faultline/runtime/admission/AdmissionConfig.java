package io.faultline.runtime.admission;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How a frontend sheds load. By default it does not.
///
/// @param thresholds of every model until they are changed at run time; none by default
/// @param adaptive whether requests in flight are limited by measured latency; off by default
/// @param limit how that limit is found
/// @param reportStaleNanos a worker's report older than this says nothing; default 3 s, several of the workers'
///     report intervals, so that one that was lost or late changes nothing
/// @param reconnectNanos how often a frontend sees to it that it is connected to every instance; default 1 s
/// @param retryAfterSecondsMax longest `Retry-After`; default 30 s
/// @param tenantsMax tenants that are told apart for each model and class of priority; the others share one place;
///     default 256
@RecordBuilder
public record AdmissionConfig(
        BusyThresholds thresholds,
        boolean adaptive,
        LimitConfig limit,
        long reportStaleNanos,
        long reconnectNanos,
        int retryAfterSecondsMax,
        int tenantsMax)
        implements AdmissionConfigBuilder.With {
    public AdmissionConfig {
        Invariants.check(reportStaleNanos > 0 && reconnectNanos > 0, "intervals are at least 1 ns");
        Invariants.check(retryAfterSecondsMax >= 1, "Retry-After is at least 1 s");
        Invariants.check(tenantsMax >= 1, "at least 1 tenant is told apart");
    }

    /// Everybody is served as long as the frontend has room.
    public static AdmissionConfig off() {
        return new AdmissionConfig(
                BusyThresholds.NONE, false, LimitConfig.defaults(), 3_000_000_000L, 1_000_000_000L, 30, 256);
    }

    public static AdmissionConfig adaptiveLimit() {
        return off().withAdaptive(true);
    }
}
