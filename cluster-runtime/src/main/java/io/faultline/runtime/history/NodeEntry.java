package io.faultline.runtime.history;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.window.RateWindow;

/// What [TopologyFold] knows of one node. Confined to the loop that feeds it.
final class NodeEntry {
    final String name;
    final NodeRole role;
    final HealthFold changes;
    final RateWindow tokens = new RateWindow(TopologyFold.RATE_WINDOW_NANOS);
    NodeHealth health = NodeHealth.STARTING;
    long sinceNanos;
    String evidence = "";
    /// By its own word it is not to be used: what others say of it does not change that.
    boolean isUnfit;
    long instance;
    String model = "";
    int running;
    int waiting;
    int usedBlocks;
    int cachedBlocks;
    int kvBlocks;
    long stepNanos;
    int starts;

    NodeEntry(String name, NodeRole role, HealthFold changes) {
        this.name = name;
        this.role = role;
        this.changes = changes;
    }

    boolean isUp() {
        return health.isUp();
    }

    void become(NodeHealth next, long atNanos, String why) {
        if (health == next && evidence.equals(why)) {
            return;
        }
        changes.became(new HealthTransition(name, health, next, atNanos, why), role);
        if (health != next || starts <= 1 && sinceNanos == 0) {
            sinceNanos = atNanos;
        }
        health = next;
        evidence = why;
    }

    void becomeIfFit(NodeHealth next, long atNanos, String why) {
        if (!isUnfit) {
            become(next, atNanos, why);
        }
    }

    void clearEngine() {
        instance = 0;
        running = 0;
        waiting = 0;
        usedBlocks = 0;
        cachedBlocks = 0;
        stepNanos = 0;
    }

    NodeView view(long nowNanos, int openRequests) {
        return new NodeView(
                name,
                role,
                health,
                sinceNanos,
                evidence,
                instance,
                model,
                running,
                waiting,
                usedBlocks,
                cachedBlocks,
                kvBlocks,
                tokens.perSecond(nowNanos),
                stepNanos,
                openRequests,
                starts);
    }
}
