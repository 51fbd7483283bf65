package io.faultline.runtime.judgement;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.judgement.Verdict.Level;
import java.util.ArrayList;
import java.util.List;

/// Judges every role by the nodes of it that should run. Pure.
final class ComponentRules {
    /// A node that starts is waited for; one that takes longer is named as a problem of its own.
    private static final long START_NANOS = 30_000_000_000L;

    private ComponentRules() {}

    static List<Finding> judge(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        for (NodeRole role : NodeRole.values()) {
            if (RoleCare.counts(role)) {
                judge(evidence, RoleCare.of(role), findings);
            }
        }
        return findings;
    }

    private static void judge(Evidence evidence, RoleCare care, List<Finding> findings) {
        List<NodeView> seen = evidence.all(care.role());
        if (seen.isEmpty()) {
            return;
        }
        List<NodeView> wanted = evidence.wanted(care.role());
        boolean none = evidence.ready(care.role()) == 0;
        for (NodeView node : wanted) {
            if (node.health() != NodeHealth.READY && (none || !isFirstStart(evidence, node))) {
                findings.add(finding(evidence, care, node, none));
            }
        }
        // All of them were told to stop: on purpose, and still there is no service.
        if (none && wanted.isEmpty() && isNeeded(evidence, care)) {
            findings.add(finding(evidence, care, seen.getLast(), true));
        }
    }

    /// Roles that a serving graph has at least one of once it had one.
    private static boolean isNeeded(Evidence evidence, RoleCare care) {
        return care.role() != NodeRole.MACHINE
                && !(care.role() == NodeRole.PREFILL
                        && evidence.prefill().workers().isEmpty());
    }

    private static boolean isFirstStart(Evidence evidence, NodeView node) {
        return node.health() == NodeHealth.STARTING
                && node.starts() <= 1
                && evidence.nowNanos() - node.sinceNanos() < START_NANOS;
    }

    private static Finding finding(Evidence evidence, RoleCare care, NodeView node, boolean none) {
        boolean orchestrated = evidence.isOrchestrated() && evidence.isManaged(node.name());
        return new Finding(
                Rule.COMPONENT,
                none ? care.noneLevel() : Level.DEGRADED,
                false,
                what(node),
                none ? care.whenNone() : care.whenSome(),
                actor(node, orchestrated),
                action(node, orchestrated),
                node.name(),
                care.place(),
                node.sinceNanos());
    }

    static String what(NodeView node) {
        return node.name()
                + switch (node.health()) {
                    case READY -> " ready";
                    case STARTING -> node.starts() > 1 ? " restarting" : " starting";
                    case INHIBITED -> " ejected: " + node.evidence();
                    case DEGRADED -> " degraded: " + node.evidence();
                    case UNRESPONSIVE -> " unresponsive: " + node.evidence();
                    case STOPPED -> " stopped";
                    case KILLED -> node.role() == NodeRole.MACHINE ? " lost" : " killed";
                    case FAILED -> " failed: " + node.evidence();
                };
    }

    private static String actor(NodeView node, boolean orchestrated) {
        return switch (node.health()) {
            case INHIBITED -> "frontend";
            case STARTING -> orchestrated ? "orchestrator" : "the node itself";
            case READY -> "no one needs to act";
            case DEGRADED -> node.role() == NodeRole.MACHINE ? Finding.OPERATOR : "the node itself";
            case UNRESPONSIVE -> Finding.OPERATOR;
            case STOPPED, KILLED, FAILED -> orchestrated ? "orchestrator" : Finding.OPERATOR;
        };
    }

    private static String action(NodeView node, boolean orchestrated) {
        String name = node.name();
        return switch (node.health()) {
            case INHIBITED -> "The frontend readmits it when it answers. If it stays ejected, restart " + name + ".";
            case STARTING -> "Wait until it is ready; Health shows the evidence.";
            case READY -> "";
            case DEGRADED ->
                node.role() == NodeRole.MACHINE
                        ? "Uncordon " + name + " on Planner once it is fit."
                        : "Watch Health; restart " + name + " if it does not recover.";
            case UNRESPONSIVE -> "Resume " + name + ", or kill it so that it can be replaced.";
            case STOPPED, KILLED, FAILED -> {
                if (node.role() == NodeRole.MACHINE) {
                    yield "Bring " + name + " back; its processes restart on the other machines.";
                }
                yield orchestrated
                        ? "The orchestrator restarts " + name + "; watch Planner."
                        : "Start " + name + " on Topology; nothing restarts it by itself.";
            }
        };
    }
}
