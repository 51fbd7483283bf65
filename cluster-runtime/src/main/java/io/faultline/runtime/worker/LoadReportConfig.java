package io.faultline.runtime.worker;

import io.faultline.runtime.seam.Invariants;

/// How often a worker tells the frontends how loaded it is.
///
/// @param intervalNanos at least this often, changed or not; default 500 ms
/// @param spacingNanos shortest time between two reports; default 10 ms, a fraction of an engine's iteration
/// @param noticeableShare a change of the KV blocks or of the prompt tokens to be computed by this share of the
///     worker's capacity is reported as soon as the spacing allows; default 0.02
public record LoadReportConfig(long intervalNanos, long spacingNanos, double noticeableShare) {
    public LoadReportConfig {
        Invariants.check(
                spacingNanos >= 0 && intervalNanos >= Math.max(1, spacingNanos),
                "reports come at an interval that is not shorter than their spacing");
        Invariants.check(noticeableShare > 0 && noticeableShare <= 1, "a noticeable share is above 0, at most 1");
    }

    public static LoadReportConfig defaults() {
        return new LoadReportConfig(500_000_000L, 10_000_000L, 0.02);
    }
}
