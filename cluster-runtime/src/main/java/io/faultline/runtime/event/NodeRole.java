package io.faultline.runtime.event;

import io.faultline.runtime.seam.NodeId;
import java.util.Locale;

/// What a node does in the cluster.
public enum NodeRole {
    STORE,
    FRONTEND,
    ROUTER,
    PREFILL,
    DECODE,
    QUEUE,
    PLANNER,
    ORCHESTRATOR,
    /// What workers run on; not a process.
    MACHINE,
    CLIENT,
    OPERATOR;

    /// Name of the node of this role with that number: `decode-2`.
    public NodeId nodeId(int number) {
        return new NodeId(name().toLowerCase(Locale.ROOT) + '-' + number);
    }
}
