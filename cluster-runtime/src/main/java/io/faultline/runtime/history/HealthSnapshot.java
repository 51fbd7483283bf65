package io.faultline.runtime.history;

import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import java.util.List;

/// How the workers are and have been. Immutable.
///
/// @param workers in order of first appearance
/// @param transitions of all nodes, newest first
public record HealthSnapshot(List<WorkerHealthView> workers, List<HealthTransition> transitions) {
    public static HealthSnapshot empty() {
        return new HealthSnapshot(List.of(), List.of());
    }

    /// @param canaries that came to their end
    /// @param lastCanaryAtNanos -1 before the first
    /// @param lastCanaryNanos how long the last one took
    /// @param lastCanaryDetail what it lacked; empty when it passed
    /// @param spans oldest first, without gaps, the last one open
    public record WorkerHealthView(
            String worker,
            long canaries,
            long canariesFailed,
            long lastCanaryAtNanos,
            long lastCanaryNanos,
            String lastCanaryDetail,
            List<HealthSpan> spans) {}

    /// A time in which a worker's health was the same.
    ///
    /// @param untilNanos -1 = still
    public record HealthSpan(NodeHealth health, long fromNanos, long untilNanos, String evidence) {}
}
