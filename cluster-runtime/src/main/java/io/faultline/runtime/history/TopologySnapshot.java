package io.faultline.runtime.history;

import io.faultline.runtime.event.NodeRole;
import java.util.List;

/// The cluster at one moment. Immutable.
///
/// @param atNanos time of the last event that went in
/// @param nodes every node that was ever seen, in order of first appearance
/// @param flows frontend to worker, only where requests are open or tokens flowed lately
public record TopologySnapshot(long atNanos, List<NodeView> nodes, List<FlowView> flows) {

    /// What a node is doing.
    public enum NodeHealth {
        /// Runs, not (yet) registered as an instance; for roles that register none: runs.
        STARTING,
        READY,
        /// Set aside by at least one frontend.
        INHIBITED,
        /// Unhealthy by its own word, stopping, or its lease ended while its process did not.
        DEGRADED,
        /// Its process is there and answers no probe.
        UNRESPONSIVE,
        STOPPED,
        KILLED,
        /// Its process ended by itself, because it could not go on.
        FAILED;

        /// Whether there is a process.
        public boolean isUp() {
            return this != STOPPED && this != KILLED && this != FAILED;
        }
    }

    /// One node. Figures about engines are 0 for other roles.
    ///
    /// @param instance id of its current registration, 0 without one
    /// @param sinceNanos when `health` last changed
    /// @param evidence one sentence: whose word `health` is
    /// @param running sequences in the engine's batch
    /// @param waiting sequences queued at the engine
    /// @param tokensPerSecond generated, over the last [TopologyFold#RATE_WINDOW_NANOS]
    /// @param stepNanos duration of the last engine iteration
    /// @param paceNanos the shortest of the last three iterations; 0 before there were three
    /// @param lastStepNanos when the last engine iteration ended; -1 before the first
    /// @param openRequests requests that are now on this node (frontend: in flight; worker: streams open)
    /// @param starts how often it was started
    public record NodeView(
            String name,
            NodeRole role,
            NodeHealth health,
            long sinceNanos,
            String evidence,
            long instance,
            String model,
            int running,
            int waiting,
            int usedBlocks,
            int cachedBlocks,
            int kvBlocks,
            double tokensPerSecond,
            long stepNanos,
            long paceNanos,
            long lastStepNanos,
            int openRequests,
            int starts) {}

    /// @param open requests open on this pair
    /// @param tokensPerSecond delivered over the pair, over the last window
    /// @param migratedAway requests that left `to` by migration and were this frontend's, ever
    public record FlowView(String from, String to, int open, double tokensPerSecond, int migratedAway) {}
}
