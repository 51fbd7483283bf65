package io.faultline.runtime.judgement;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.PrefillSnapshot;
import io.faultline.runtime.history.PrefillView;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.judgement.Finding.Place;
import io.faultline.runtime.judgement.Verdict.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Judges workers by what their engines do, whatever their probes say, and the way of KV blocks between them. Pure.
final class EngineRules {
    /// An iteration holds at most one chunk of a prompt, which takes a fraction of this.
    private static final long STALLED_NANOS = 1_200_000_000L;
    private static final double SLOW_RATIO = 3;
    private static final long SLOW_NANOS = 60_000_000L;
    /// A transfer takes milliseconds.
    private static final long TRANSFER_NANOS = 1_000_000_000L;

    private static final long LATELY_NANOS = 5_000_000_000L;

    private EngineRules() {}

    static List<Finding> stalled(Evidence e) {
        List<Finding> findings = new ArrayList<>();
        for (NodeView node : workers(e)) {
            boolean hasWork = node.running() + node.waiting() > 0;
            long still = e.nowNanos() - node.lastStepNanos();
            if (hasWork && node.lastStepNanos() >= 0 && still > STALLED_NANOS + 2 * node.paceNanos()) {
                findings.add(new Finding(
                        Rule.ENGINE_STALLED,
                        Level.DEGRADED,
                        false,
                        node.name() + "'s engine stalled with "
                                + FlowRules.count(node.running() + node.waiting(), "request"),
                        "its streams stand still until they migrate",
                        "the node itself",
                        "Its canaries find it within some seconds and its streams migrate. If not, kill " + node.name()
                                + ".",
                        node.name(),
                        Place.HEALTH,
                        node.lastStepNanos()));
            }
        }
        return findings;
    }

    static List<Finding> slow(Evidence e) {
        List<Finding> findings = new ArrayList<>();
        for (NodeView node : workers(e)) {
            long[] peers = workers(e).stream()
                    .filter(p -> p.role() == node.role() && !p.name().equals(node.name()) && p.paceNanos() > 0)
                    .mapToLong(NodeView::paceNanos)
                    .sorted()
                    .toArray();
            boolean steppedLately = e.nowNanos() - node.lastStepNanos() < LATELY_NANOS;
            if (peers.length > 0 && node.running() > 0 && steppedLately && node.paceNanos() > SLOW_NANOS) {
                double ratio = (double) node.paceNanos() / peers[peers.length / 2];
                if (ratio >= SLOW_RATIO) {
                    findings.add(slow(node, ratio));
                }
            }
        }
        return findings;
    }

    private static Finding slow(NodeView node, double ratio) {
        return new Finding(
                Rule.WORKER_SLOW,
                Level.DEGRADED,
                false,
                node.name() + " slow: " + Math.round(node.paceNanos() / 1e6) + " ms a step, " + Math.round(ratio)
                        + " times its peers",
                "its streams slow down until they migrate",
                "frontend",
                "Frontends eject it and move its streams after some seconds. If it stays slow, drain " + node.name()
                        + ".",
                node.name(),
                Place.HEALTH,
                -1);
    }

    private static List<NodeView> workers(Evidence e) {
        return e.topology().nodes().stream()
                .filter(n -> n.role() == NodeRole.DECODE || n.role() == NodeRole.PREFILL)
                .filter(n -> n.health().isUp() && n.health() != NodeHealth.UNRESPONSIVE)
                .toList();
    }

    static List<Finding> transfers(Evidence e) {
        PrefillSnapshot prefill = e.prefill();
        long stuck =
                prefill.newest().stream().filter(p -> isStuck(p, e.nowNanos())).count();
        long spooled =
                prefill.workers().stream().mapToLong(w -> w.spooledBytes()).sum();
        if (stuck == 0 && spooled == 0) {
            return List.of();
        }
        String[] from = prefill.newest().stream()
                .filter(p -> isStuck(p, e.nowNanos()))
                .map(PrefillView::from)
                .distinct()
                .sorted()
                .toArray(String[]::new);
        String who = from.length == 0 ? "prefill workers" : String.join(", ", Arrays.asList(from));
        return List.of(new Finding(
                Rule.KV_TRANSFER,
                Level.DEGRADED,
                false,
                "KV transfer from " + who + " to decode workers fails: " + FlowRules.count((int) stuck, "prompt")
                        + " not delivered" + (spooled > 0 ? ", blocks spooled" : ""),
                "decode workers prefill long prompts themselves; TTFT rises",
                "the decode workers",
                "Check the network between prefill and decode workers; spooled blocks are sent when it is back.",
                from.length == 1 ? from[0] : "",
                Place.PREFILL,
                -1));
    }

    private static boolean isStuck(PrefillView p, long nowNanos) {
        boolean underWay = p.outcome() == PrefillView.Outcome.UNDER_WAY;
        boolean gaveUp = p.outcome() == PrefillView.Outcome.FELL_BACK && nowNanos - p.endedAtNanos() < LATELY_NANOS;
        long until = underWay ? nowNanos : p.endedAtNanos();
        return (underWay || gaveUp) && p.computedAtNanos() >= 0 && until - p.computedAtNanos() > TRANSFER_NANOS;
    }
}
