package io.faultline.sim.scenario;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.PrefillEvent;
import io.faultline.runtime.history.Fold;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Which rare things happened.
final class Reached {
    private final Map<String, Integer> counts = new TreeMap<>();

    /// What happened at all.
    Set<String> kinds() {
        return counts.keySet();
    }

    /// How a strike of a swarm shows: some are faults of the vocabulary on a certain role.
    static String faultOf(String kind) {
        return switch (kind) {
            case "prefill-slow" -> "fault worker-slow of a prefill worker";
            case "prefill-engine-freeze" -> "fault engine-freeze of a prefill worker";
            default -> "fault " + kind;
        };
    }

    Fold fold() {
        Set<String> migrating = new LinkedHashSet<>();
        return event -> note(event, migrating);
    }

    private void note(ClusterEvent event, Set<String> migrating) {
        switch (event.record()) {
            case MigrationEvent.MigrationStarted m -> {
                count("migration " + m.type().label());
                count("migration because " + m.because());
                if (!migrating.add(m.request())) {
                    count("second migration of a request");
                }
            }
            case MigrationEvent.MigrationCompleted m ->
                count(
                        m.type() == MigrationType.ONGOING_REQUEST
                                ? "completed migration of a stream"
                                : "completed migration of a new request");
            case DiscoveryEvent.LeaseEnded l -> count(l.expired() ? "lease expired" : "lease revoked");
            case FaultEvent.FaultInjected f -> {
                count("fault " + f.kind());
                if (f.target().startsWith("prefill-")) {
                    count("fault " + f.kind() + " of a prefill worker");
                }
            }
            case PrefillEvent.PrefillStarted p -> count(p.delivery() > 1 ? "redelivered prefill" : "prefill");
            default -> count(event.record().getClass().getSimpleName());
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }
}
