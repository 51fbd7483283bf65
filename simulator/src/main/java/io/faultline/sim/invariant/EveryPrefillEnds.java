package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/// A decode worker that asked for a prefill gets it, does without it, or takes its wish back, within its patience,
/// whatever becomes of the queue and of the prefill workers.
public final class EveryPrefillEnds implements Invariant {
    private final long patienceNanos;
    private final ToLongFunction<NodeId> awakeSinceNanos;
    private final Map<String, Wish> wishes = new LinkedHashMap<>();

    private record Wish(NodeId node, long sinceNanos) {}

    /// @param patienceNanos of decode workers, by the slowest of their clocks
    /// @param awakeSinceNanos since when a node runs and is reached; `Long.MAX_VALUE` while it does not
    public EveryPrefillEnds(long patienceNanos, ToLongFunction<NodeId> awakeSinceNanos) {
        this.patienceNanos = patienceNanos;
        this.awakeSinceNanos = awakeSinceNanos;
    }

    @Override
    public String sentence() {
        return "Every prefill that was asked for comes, is done locally, or is withdrawn, within the patience of who"
                + " asked.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case PrefillEvent.PrefillQueued r ->
                wishes.put(PrefillUsedOnce.key(r.request(), r.attempt()), new Wish(event.node(), event.atNanos()));
            case PrefillEvent.PrefillFellBack r -> wishes.remove(PrefillUsedOnce.key(r.request(), r.attempt()));
            case PrefillEvent.PrefillWithdrawn r -> wishes.remove(PrefillUsedOnce.key(r.request(), r.attempt()));
            case PrefillEvent.KvHandedOver r -> wishes.remove(PrefillUsedOnce.key(r.request(), r.attempt()));
            case NodeEvent.NodeStopped _ -> wishes.values().removeIf(wish -> wish.node.equals(event.node()));
            default -> {
                // Not about wishes.
            }
        }
    }

    /// Called every now and then.
    public void look(long nowNanos, Report report) {
        wishes.forEach((key, wish) -> {
            long since = Math.max(wish.sinceNanos, awakeSinceNanos.applyAsLong(wish.node));
            if (since < Long.MAX_VALUE - patienceNanos && nowNanos > since + patienceNanos) {
                report.broken(
                        wish.node,
                        "request " + key + " waits for its prefill for " + (nowNanos - wish.sinceNanos) + " ns");
            }
        });
    }

    @Override
    public void atRest(RestingCluster cluster, Report report) {
        wishes.forEach((key, wish) -> report.broken(wish.node, "at rest request " + key + " waits for its prefill"));
    }
}
