package io.faultline.sim.cluster;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.seam.NodeId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which instance every running worker is registered as, and the sums of what became of requests. Confined to the
/// simulation's thread.
final class Roster implements Fold {
    private final Map<NodeId, Long> instances = new LinkedHashMap<>();
    private final Map<String, NodeId> open = new LinkedHashMap<>();
    private final Set<String> migratedOpen = new LinkedHashSet<>();
    private final Map<NodeRole, Integer> wanted = new EnumMap<>(NodeRole.class);
    private long received;
    private long completed;
    private long failed;
    private long cancelled;
    private long rejected;
    private long migrated;
    private long lost;

    @Override
    public void apply(ClusterEvent event) {
        switch (event.record()) {
            case DiscoveryEvent.InstanceRegistered registered -> instances.put(event.node(), registered.instance());
            case DiscoveryEvent.LeaseEnded ended -> instances.values().remove(ended.lease());
            case NodeEvent.NodeStopped _ -> {
                instances.remove(event.node());
                loseRequestsOf(event.node());
            }
            case ScalingEvent.PlannerDecided decided -> wanted.put(decided.pool(), decided.to());
            case RequestEvent.RequestReceived request -> {
                received++;
                open.put(request.request(), event.node());
            }
            case MigrationEvent.MigrationStarted migration -> {
                if (migratedOpen.add(migration.request())) {
                    migrated++;
                }
            }
            case RequestEvent.RequestCompleted end -> {
                completed++;
                end(end.request());
            }
            case RequestEvent.RequestFailed end -> {
                failed++;
                end(end.request());
            }
            case RequestEvent.RequestCancelled end -> {
                cancelled++;
                end(end.request());
            }
            case RequestEvent.RequestRejected end -> {
                rejected++;
                end(end.request());
            }
            default -> {
                // Neither about who is there nor about the end of a request.
            }
        }
    }

    private void loseRequestsOf(NodeId frontend) {
        for (String request : List.copyOf(open.keySet())) {
            if (frontend.equals(open.get(request))) {
                lost++;
                end(request);
            }
        }
    }

    private void end(String request) {
        open.remove(request);
        migratedOpen.remove(request);
    }

    /// The instance that a worker is registered as, or null.
    @Nullable Long instanceOf(NodeId worker) {
        return instances.get(worker);
    }

    /// How many of a role the planner wants, or `otherwise` before it said anything.
    int wanted(NodeRole role, int otherwise) {
        return wanted.getOrDefault(role, otherwise);
    }

    RequestTally tally() {
        return new RequestTally(received, completed, failed, cancelled, rejected, migrated, lost, open.size());
    }
}
