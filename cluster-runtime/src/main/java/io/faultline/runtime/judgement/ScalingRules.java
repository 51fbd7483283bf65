package io.faultline.runtime.judgement;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.history.RoutingSnapshot.FallbackView;
import io.faultline.runtime.history.ScalingSnapshot.ProcessView;
import io.faultline.runtime.history.ScalingSnapshot.Restart;
import io.faultline.runtime.history.ScalingSnapshot.Verdict;
import io.faultline.runtime.judgement.Finding.Place;
import io.faultline.runtime.judgement.Verdict.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges what planner, orchestrator and routers do, or cannot do. Pure.
final class ScalingRules {
    private static final int CRASH_LOOP_FAILURES = 3;
    private static final long CRASH_LOOP_NANOS = 60_000_000_000L;

    private ScalingRules() {}

    static List<Finding> restarts(Evidence e) {
        List<Finding> findings = new ArrayList<>();
        Set<String> named = new LinkedHashSet<>();
        for (Restart restart : e.scaling().restarts()) {
            boolean lately = e.nowNanos() - restart.atNanos() < CRASH_LOOP_NANOS;
            if (lately && named.add(restart.process()) && restart.failures() >= CRASH_LOOP_FAILURES) {
                findings.add(new Finding(
                        Rule.RESTARTS,
                        Level.DEGRADED,
                        false,
                        restart.process() + " crash loop: " + restart.failures() + " consecutive failures, next start"
                                + " after " + FlowRules.seconds(restart.delayNanos()),
                        "the pool runs with one worker less",
                        "orchestrator",
                        "The orchestrator backs off. Read why it ends on Health: " + restart.why() + ".",
                        restart.process(),
                        Place.PLANNER,
                        restart.atNanos()));
            }
        }
        for (ProcessView process : e.scaling().processes()) {
            if (!process.running()
                    && process.machine().isEmpty()
                    && !process.waitingFor().isEmpty()) {
                findings.add(new Finding(
                        Rule.RESTARTS,
                        Level.DEGRADED,
                        false,
                        process.name() + " has no machine: " + process.waitingFor(),
                        "the pool runs with one worker less",
                        Finding.OPERATOR,
                        "Bring a machine back or uncordon one on Planner.",
                        process.name(),
                        Place.PLANNER,
                        -1));
            }
        }
        return findings;
    }

    static List<Finding> overScaled(Evidence e) {
        List<Finding> findings = new ArrayList<>();
        for (NodeRole pool : List.of(NodeRole.DECODE, NodeRole.PREFILL)) {
            Verdict shrunk = lastOf(e, pool);
            if (shrunk != null && shrunk.kind() == DecisionKind.FORCED && shrunk.to() < shrunk.from()) {
                findings.add(new Finding(
                        Rule.OVER_SCALED,
                        Level.DEGRADED,
                        false,
                        "planner scaled " + RoleCare.of(pool).noun() + "s " + shrunk.from() + " -> " + shrunk.to()
                                + " against its own judgment",
                        "less capacity; latency rises with load",
                        "planner",
                        "The planner rolls it back after harmful intervals. To act sooner, scale up on Planner.",
                        "",
                        Place.PLANNER,
                        shrunk.atNanos()));
            }
        }
        return findings;
    }

    private static @Nullable Verdict lastOf(Evidence e, NodeRole pool) {
        return e.scaling().decisions().stream()
                .filter(d -> d.pool() == pool && d.kind() != DecisionKind.ESTABLISHED)
                .findFirst()
                .orElse(null);
    }

    static List<Finding> fallbacks(Evidence e) {
        List<Finding> findings = new ArrayList<>();
        for (FallbackView fallback : e.routing().fallbacks()) {
            if (fallback.untilNanos() < 0) {
                findings.add(new Finding(
                        Rule.ROUTER_FALLBACK,
                        Level.DEGRADED,
                        false,
                        fallback.frontend() + " routes without a router (" + fallback.mode() + "): "
                                + fallback.because(),
                        "KV caches are reused less; TTFT rises",
                        "frontend",
                        "The frontend returns to KV-aware routing when a router answers.",
                        fallback.frontend(),
                        Place.ROUTING,
                        fallback.fromNanos()));
            }
        }
        return findings;
    }
}
