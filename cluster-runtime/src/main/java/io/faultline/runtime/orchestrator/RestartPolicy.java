package io.faultline.runtime.orchestrator;

import io.faultline.runtime.orchestrator.OrchestrationConfig.Restart;

/// How long a process that ended waits for its next start. Pure.
final class RestartPolicy {
    private RestartPolicy() {}

    /// @param failures ends in a row, each soon after its start; at least 1
    static long delayNanos(Restart config, int failures) {
        long delayNanos = config.minNanos();
        for (int i = 1; i < failures && delayNanos < config.maxNanos(); i++) {
            delayNanos *= 2;
        }
        return Math.min(config.maxNanos(), delayNanos);
    }

    /// Ends in a row after one more.
    static int failures(Restart config, int before, long ranNanos) {
        return ranNanos >= config.stableNanos() ? 1 : before + 1;
    }
}
