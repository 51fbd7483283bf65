package io.faultline.runtime.health;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How a worker watches its own engine.
///
/// @param enabled whether canaries are sent (`DYN_HEALTH_CHECK_ENABLED`); default true. Dynamo's default is false,
///     because its canaries race with discovery; these go to the engine in the same process
/// @param canaryWaitNanos idle time before a canary (`DYN_CANARY_WAIT_TIME`); default 10 s. Every engine iteration
///     starts it anew
/// @param requestTimeoutNanos longest time for a canary's whole answer, and for an engine that has work to finish an
///     iteration (`DYN_HEALTH_CHECK_REQUEST_TIMEOUT`); default 3 s
/// @param retryNanos pause between checks while the verdict is in doubt; default 1 s
/// @param failuresToUnhealthy failed checks in a row that make a healthy worker unhealthy; default 3. Fewer find a
///     frozen engine sooner and mistake a hiccup for one
/// @param successesToHealthy passed checks in a row that make it healthy again; default 2
/// @param canaryTokens tokens that a canary asks for, at least 2: an engine that freezes after its first token must
///     fail; default 4
/// @param engineCheckNanos how often the engine is asked whether it is alive; default 2 s
@RecordBuilder
public record HealthCheckConfig(
        boolean enabled,
        long canaryWaitNanos,
        long requestTimeoutNanos,
        long retryNanos,
        int failuresToUnhealthy,
        int successesToHealthy,
        int canaryTokens,
        long engineCheckNanos)
        implements HealthCheckConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public HealthCheckConfig {
        Invariants.check(
                canaryWaitNanos > 0 && requestTimeoutNanos > 0 && retryNanos > 0 && engineCheckNanos > 0,
                "health checks have positive intervals");
        Invariants.check(
                failuresToUnhealthy >= 1 && successesToHealthy >= 1, "a verdict takes at least one check either way");
        Invariants.check(canaryTokens >= 2, "a canary asks for at least 2 tokens, not %s", canaryTokens);
    }

    public static HealthCheckConfig defaults() {
        return new HealthCheckConfig(true, 10 * SECOND, 3 * SECOND, SECOND, 3, 2, 4, 2 * SECOND);
    }

    public HealthCheckConfig withCanaries(boolean sent, long waitNanos, long timeoutNanos) {
        return with(b -> b.enabled(sent).canaryWaitNanos(waitNanos).requestTimeoutNanos(timeoutNanos));
    }

    public HealthCheckConfig withThresholds(int failures, int successes) {
        return with(b -> b.failuresToUnhealthy(failures).successesToHealthy(successes));
    }

    /// Longest time from the moment at which an engine stands still to the verdict.
    public long detectionNanos() {
        return canaryWaitNanos + failuresToUnhealthy * (requestTimeoutNanos + retryNanos);
    }
}
