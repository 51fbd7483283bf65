package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent.NodeStarted;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashSet;
import java.util.Set;

/// A node that does not run says nothing.
public final class NoWorkOnDeadNode implements Invariant {
    private final Set<NodeId> running = new LinkedHashSet<>();

    /// @param operator whoever acts on the cluster from outside; he neither starts nor ends with it
    public NoWorkOnDeadNode(NodeId operator) {
        running.add(operator);
    }

    @Override
    public String sentence() {
        return "Nothing happens on a node before it started or after it ended.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        boolean asItShould = switch (event.record()) {
            case NodeStarted _ -> running.add(event.node());
            case NodeStopped _ -> running.remove(event.node());
            default -> running.contains(event.node());
        };
        if (!asItShould) {
            report.broken(
                    event.node(),
                    event.record().getClass().getSimpleName() + " came from " + event.node() + ", which "
                            + (event.record() instanceof NodeStarted ? "runs already" : "does not run"));
        }
    }
}
