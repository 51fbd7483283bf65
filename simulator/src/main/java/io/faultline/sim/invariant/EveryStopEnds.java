package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/// SHD-1, SHD-2, HLT-3: a node that was told to stop, or whose engine died, ends within its grace period, whatever
/// hangs.
public final class EveryStopEnds implements Invariant {
    private final long boundNanos;
    private final ToLongFunction<NodeId> awakeSinceNanos;
    private final Map<NodeId, Long> stoppingSinceNanos = new LinkedHashMap<>();

    /// @param boundNanos longest time from the order to the end
    /// @param awakeSinceNanos since when a node runs and is reached; `Long.MAX_VALUE` while it does not
    public EveryStopEnds(long boundNanos, ToLongFunction<NodeId> awakeSinceNanos) {
        this.boundNanos = boundNanos;
        this.awakeSinceNanos = awakeSinceNanos;
    }

    @Override
    public String sentence() {
        return "A node that is told to stop, or whose engine died, ends within its grace period.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case NodeEvent.NodeDraining _ -> stoppingSinceNanos.put(event.node(), event.atNanos());
            case NodeEvent.NodeStopped _ -> stoppingSinceNanos.remove(event.node());
            default -> {
                // Not about an end.
            }
        }
    }

    /// Called every now and then.
    public void look(long atNanos, Report report) {
        stoppingSinceNanos.forEach((node, told) -> {
            long since = Math.max(told, awakeSinceNanos.applyAsLong(node));
            if (since < Long.MAX_VALUE - boundNanos && atNanos > since + boundNanos) {
                report.broken(node, node + " still runs " + (atNanos - told) + " ns after it was told to stop");
            }
        });
    }
}
