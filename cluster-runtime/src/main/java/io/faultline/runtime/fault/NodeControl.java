package io.faultline.runtime.fault;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.seam.NodeId;

/// What one world can do to its nodes, of whatever role. Called on the operator's loop; takes effect at once.
public interface NodeControl {
    /// How a node's process is.
    enum ProcessState {
        /// There is no node of that name that faults may act on.
        UNKNOWN,
        DOWN,
        RUNNING,
        FROZEN
    }

    ProcessState state(NodeId node);

    /// Whether it is one with an engine.
    default boolean hasEngine(NodeId node) {
        return state(node) != ProcessState.UNKNOWN;
    }

    /// Ends it as SIGKILL does.
    void kill(NodeId node);

    /// Starts it anew.
    void start(NodeId node);

    /// Holds it as SIGSTOP does.
    void freeze(NodeId node);

    void thaw(NodeId node);

    /// Does something to the engine of a worker that runs, or undoes it.
    void disturbEngine(NodeId node, EngineCondition condition);

    /// Whether [#cutHandOvers] does something to that node in this world.
    default boolean canCutHandOvers(NodeId node) {
        return false;
    }

    /// Cuts the ways between a prefill worker and all decode workers.
    default void cutHandOvers(NodeId node) {
        throw new IllegalArgumentException("the ways of " + node + " cannot be cut in this world");
    }

    /// Joins them again.
    default void joinHandOvers(NodeId node) {
        // What cannot be cut is whole.
    }
}
