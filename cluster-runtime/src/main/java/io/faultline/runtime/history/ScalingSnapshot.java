package io.faultline.runtime.history;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import java.util.List;

/// How many workers are wanted and why, and what runs where. Immutable.
///
/// @param verdicts of the planner, one for each pool and interval, oldest first, at most
///     [ClusterHistory.HistoryConfig#verdictsMax]
/// @param decisions those of them that changed something, newest first, as many
/// @param machines in order of their names; empty where there is no orchestrator
/// @param processes that the orchestrator looks after, in order of their names
/// @param restarts newest first, as many as verdicts at most
/// @param rollBacks since the cluster started
/// @param restartCount the same
/// @param cordonCount the same
public record ScalingSnapshot(
        List<Verdict> verdicts,
        List<Verdict> decisions,
        List<MachineView> machines,
        List<ProcessView> processes,
        List<Restart> restarts,
        long rollBacks,
        long restartCount,
        long cordonCount) {
    public static ScalingSnapshot empty() {
        return new ScalingSnapshot(List.of(), List.of(), List.of(), List.of(), List.of(), 0, 0, 0);
    }

    /// Whether there is anything that scales or restarts.
    public boolean isEmpty() {
        return verdicts.isEmpty() && machines.isEmpty();
    }

    /// What the planner found about one pool, and what it did.
    /// @param decision number of the last decision written then
    /// @param kvUse share of the workers' KV blocks in use
    /// @param queued requests waiting at them
    /// @param queueTrend by how much more waited per worker than an interval before
    /// @param badIntervals harmful intervals in a row since workers were taken away
    public record Verdict(
            long atNanos,
            long decision,
            NodeRole pool,
            DecisionKind kind,
            int from,
            int to,
            int ready,
            int reporting,
            double kvUse,
            double queued,
            double queueTrend,
            int badIntervals,
            int holdOffIntervals,
            String why) {}

    /// @param cordonedBy empty = it may be used
    /// @param cordonedWhy the evidence
    /// @param cordonEndsNanos 0 = when somebody lifts it
    /// @param processes names of those that run on it
    /// @param restarts of processes that ran on it, since the cluster started
    public record MachineView(
            String name,
            int gpus,
            boolean up,
            String cordonedBy,
            String cordonedWhy,
            long cordonEndsNanos,
            List<String> processes,
            int restarts) {
        public boolean isCordoned() {
            return !cordonedBy.isEmpty();
        }
    }

    /// @param machine where it was placed last, empty = on none
    /// @param running whether its process is up
    /// @param starts how often it was ordered to start
    /// @param waitingFor why it does not run; empty when it does
    public record ProcessView(
            String name, NodeRole role, String machine, boolean running, int starts, String waitingFor) {}

    /// @param failures ends in a row
    /// @param delayNanos until the next start
    public record Restart(long atNanos, String process, String machine, int failures, long delayNanos, String why) {}
}
