package io.faultline.runtime.orchestrator;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.seam.NodeId;

/// What a world can do with processes, on the operator's loop. It tells [MachinePark#exited] of every end.
public interface ProcessHost {
    ProcessState state(NodeId process);

    /// Starts a process that is down, or one that it does not know.
    void start(NodeId process, NodeRole role);

    /// Ends it as one that cannot go on.
    void fail(NodeId process, String why);

    /// Asks it to stop in order.
    void stop(NodeId process);

    void kill(NodeId process);

    /// Forgets one that is down.
    void forget(NodeId process);
}
