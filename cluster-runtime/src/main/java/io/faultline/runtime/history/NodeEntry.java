package io.faultline.runtime.history;

import io.faultline.runtime.event.EngineEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.window.RateWindow;
import java.util.Arrays;

/// What [TopologyFold] knows of one node. Confined to the loop that feeds it.
final class NodeEntry {
    /// One slow iteration holds a long prompt; so many in a row are a pace.
    private static final int PACE_STEPS = 3;

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
    long lastStepNanos = -1;
    int starts;
    private final long[] lastSteps = new long[PACE_STEPS];
    private int steps;
    private boolean isSilent;
    /// What is said of it while it does not answer.
    private NodeHealth heldHealth = NodeHealth.STARTING;

    private String heldEvidence = "";

    NodeEntry(String name, NodeRole role, HealthFold changes) {
        this.name = name;
        this.role = role;
        this.changes = changes;
    }

    boolean isUp() {
        return health.isUp();
    }

    void become(NodeHealth next, long atNanos, String why) {
        if (isSilent && next.isUp()) {
            heldHealth = next;
            heldEvidence = why;
            return;
        }
        isSilent = false;
        change(next, atNanos, why);
    }

    /// It leaves probes unanswered; what others say of it counts once it answers again.
    void fellSilent(long atNanos, String why) {
        if (!isSilent) {
            heldHealth = health;
            heldEvidence = evidence;
            change(NodeHealth.UNRESPONSIVE, atNanos, why);
            isSilent = true;
        }
    }

    void answered(long atNanos) {
        if (isSilent) {
            isSilent = false;
            change(heldHealth, atNanos, heldEvidence);
        }
    }

    void stepped(long atNanos, EngineEvent.EngineStepped s) {
        running = s.running();
        waiting = s.waiting();
        usedBlocks = s.usedBlocks();
        cachedBlocks = s.cachedBlocks();
        stepNanos = s.stepNanos();
        lastStepNanos = atNanos;
        lastSteps[steps++ % PACE_STEPS] = s.stepNanos();
        tokens.add(atNanos, s.decodeTokens());
    }

    /// The shortest of the last iterations; 0 before there were as many.
    private long paceNanos() {
        return steps < PACE_STEPS ? 0 : Arrays.stream(lastSteps).min().orElse(0);
    }

    private void change(NodeHealth next, long atNanos, String why) {
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
        lastStepNanos = -1;
        steps = 0;
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
                paceNanos(),
                lastStepNanos,
                openRequests,
                starts);
    }
}
