package io.faultline.runtime.health;

/// A verdict with thresholds both ways: so many failures in a row make unhealthy what was healthy, so many successes
/// healthy what was not. Begins healthy. Confined to the loop of whoever owns it.
///
/// | from | event | to |
/// |---|---|---|
/// | healthy(f) | passed | healthy(0) |
/// | healthy(f) | failed, f + 1 below the threshold | healthy(f + 1) |
/// | healthy(f) | failed, f + 1 at the threshold | unhealthy(0) |
/// | unhealthy(s) | failed | unhealthy(0) |
/// | unhealthy(s) | passed, s + 1 below the threshold | unhealthy(s + 1) |
/// | unhealthy(s) | passed, s + 1 at the threshold | healthy(0) |
public final class HealthVerdict {
    private final int failuresToUnhealthy;
    private final int successesToHealthy;
    private boolean healthy = true;
    private int against;

    public HealthVerdict(int failuresToUnhealthy, int successesToHealthy) {
        this.failuresToUnhealthy = failuresToUnhealthy;
        this.successesToHealthy = successesToHealthy;
    }

    /// A check passed. True when that changed the verdict.
    public boolean passed() {
        return count(healthy, successesToHealthy);
    }

    /// A check failed. True when that changed the verdict.
    public boolean failed() {
        return count(!healthy, failuresToUnhealthy);
    }

    private boolean count(boolean confirms, int threshold) {
        against = confirms ? 0 : against + 1;
        if (against < threshold) {
            return false;
        }
        against = 0;
        healthy = !healthy;
        return true;
    }

    public boolean isHealthy() {
        return healthy;
    }

    /// Whether the last checks leave something to find out: the worker is unhealthy, or its last check failed.
    public boolean isInDoubt() {
        return !healthy || against > 0;
    }
}
