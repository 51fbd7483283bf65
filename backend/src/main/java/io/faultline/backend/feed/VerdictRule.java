package io.faultline.backend.feed;

import io.faultline.backend.feed.ClusterVerdict.Level;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.TopologySnapshot;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import java.util.List;
import java.util.Locale;

/// Reads a verdict off the folds. Pure. What clients feel comes before what is broken inside, and of several causes
/// the first is named and the others are counted.
final class VerdictRule {
    /// Below this share of successes the service is failing: three nines, as the usual promise says.
    static final double KEPT_MIN = 0.999;

    private VerdictRule() {}

    static ClusterVerdict judge(TopologySnapshot topology, ServiceSnapshot service) {
        List<NodeView> workers = topology.nodes().stream()
                .filter(n -> n.role() == NodeRole.DECODE && n.health() != NodeHealth.STOPPED)
                .toList();
        List<NodeView> others =
                workers.stream().filter(n -> n.health() != NodeHealth.READY).toList();
        int ready = workers.size() - others.size();
        if (service.answersDiffering() > 0) {
            return failing(
                    service.answersDiffering() == 1
                            ? "1 answer differs from the undisturbed one"
                            : service.answersDiffering() + " answers differ from the undisturbed ones");
        }
        if (workers.isEmpty()) {
            return new ClusterVerdict(Level.DISTURBED, "No worker has joined the cluster yet");
        }
        if (ready == 0) {
            return failing("No worker is ready: " + first(others));
        }
        String alsoThis = others.isEmpty() ? "" : "; " + first(others);
        if (service.keptRatio() < KEPT_MIN) {
            return failing(percent(1 - service.keptRatio()) + " of requests failed in the last 30 s" + alsoThis);
        }
        // Who is refused was told so at once and can come back; who is let down was not.
        if (service.refusedRatio() > 1 - KEPT_MIN) {
            return new ClusterVerdict(
                    Level.DISTURBED,
                    "Load is shed: " + percent(service.refusedRatio()) + " of requests were refused in the last 30 s, "
                            + (service.keptRatio() == 1 ? "none" : "hardly any") + " failed" + alsoThis);
        }
        if (!others.isEmpty()) {
            return new ClusterVerdict(
                    Level.DISTURBED,
                    first(others) + "; " + ready + " of " + workers.size()
                            + " workers carry the load, clients feel nothing");
        }
        String workersReady =
                workers.size() == 1 ? "The worker is ready" : "All " + workers.size() + " workers are ready";
        return new ClusterVerdict(
                Level.HEALTHY,
                workersReady
                        + (service.requestsPerSecond() == 0 && service.inFlight() == 0
                                ? ", nothing to serve"
                                : ", every request succeeds"));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static ClusterVerdict failing(String sentence) {
        return new ClusterVerdict(Level.FAILING, sentence);
    }

    private static String first(List<NodeView> others) {
        NodeView worst = others.getFirst();
        for (NodeView node : others) {
            if (node.health().compareTo(worst.health()) > 0) {
                worst = node;
            }
        }
        String more = others.size() == 1 ? "" : " and " + (others.size() - 1) + " more";
        return worst.name() + " is " + worst.health().name().toLowerCase(Locale.ROOT) + more;
    }
}
