package io.faultline.runtime.judgement;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.FlowView;
import io.faultline.runtime.history.FlowView.Tally;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.judgement.Verdict.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Judges a cluster by the table of rules. Pure: the same evidence gives the same verdict in every world.
public final class Judgement {
    /// A cluster that has never been ready is starting for so long; then it is down.
    private static final long START_NANOS = 60_000_000_000L;

    private Judgement() {}

    public static Verdict judge(Evidence evidence) {
        if (evidence.topology().nodes().stream().noneMatch(n -> RoleCare.counts(n.role()))) {
            return Verdict.unknown("no data from the cluster yet");
        }
        List<Finding> findings = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            findings.addAll(rule.judge(evidence));
        }
        findings.sort(Comparator.comparing(Finding::level).reversed().thenComparing(Finding::rule));
        Level level = findings.stream().map(Finding::level).reduce(Level.HEALTHY, (a, b) -> a.compareTo(b) > 0 ? a : b);
        if (isStarting(evidence)) {
            return Verdict.unknown("starting: " + ready(evidence));
        }
        boolean felt = findings.stream().anyMatch(Finding::isFelt);
        return new Verdict(level, headline(evidence, level, findings), felt, findings);
    }

    private static boolean isStarting(Evidence e) {
        boolean oneWasReady =
                e.all(NodeRole.DECODE).stream().anyMatch(n -> n.health() != NodeHealth.STARTING || n.starts() > 1);
        return !oneWasReady && e.nowNanos() < START_NANOS;
    }

    private static String headline(Evidence e, Level level, List<Finding> findings) {
        if (level == Level.HEALTHY) {
            return components(e) + ", " + flow(e);
        }
        String cause = findings.stream()
                .filter(f -> !f.isFelt())
                .findFirst()
                .map(Finding::what)
                .orElse("");
        long others = findings.stream().filter(f -> !f.isFelt()).count() - 1;
        String more = others > 0 ? " and " + others + " more" : "";
        return ready(e) + ", " + impact(e, findings) + (cause.isEmpty() ? "" : "; " + cause + more);
    }

    private static String ready(Evidence e) {
        List<?> wanted = e.wanted(NodeRole.DECODE);
        return e.ready(NodeRole.DECODE) + " of " + wanted.size() + " decode workers ready";
    }

    private static String components(Evidence e) {
        long ready = 0;
        long wanted = 0;
        for (NodeRole role : NodeRole.values()) {
            if (RoleCare.counts(role)) {
                ready += e.ready(role);
                wanted += e.wanted(role).size();
            }
        }
        return ready + " of " + wanted + " components ready";
    }

    private static String impact(Evidence e, List<Finding> findings) {
        return findings.stream()
                .filter(Finding::isFelt)
                .findFirst()
                .map(Finding::impact)
                .orElseGet(() -> e.flow().recent().isEmpty() ? "no traffic" : "no client impact");
    }

    private static String flow(Evidence e) {
        Tally window = e.flow().window();
        if (window.isEmpty() && e.service().inFlight() == 0) {
            return "no requests in the last " + FlowView.WINDOW_SECONDS + " s";
        }
        if (window.unserved() > 0) {
            return "recovered: " + FlowRules.percent(FlowRules.share(window.unserved(), window.owed()))
                    + " of requests failed in the last " + FlowView.WINDOW_SECONDS + " s";
        }
        return "all objectives met";
    }
}
