package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent.InstanceInhibited;
import io.faultline.runtime.event.DiscoveryEvent.InstanceReinstated;
import io.faultline.runtime.event.DiscoveryEvent.InstanceSeen;
import io.faultline.runtime.event.LoadEvent.InstanceBusy;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import io.faultline.runtime.event.RequestEvent.RequestRejected;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// A request is shed only for the reason that is given, and no permit is lost: what a frontend says is in
/// flight is never more than the requests that it has received and not ended.
///
/// For clusters that serve one model.
public final class RejectionsHaveACause implements Invariant {
    private final Map<NodeId, View> views = new LinkedHashMap<>();

    /// What one frontend has said.
    private static final class View {
        private final Set<Long> present = new LinkedHashSet<>();
        private final Set<Long> inhibited = new LinkedHashSet<>();
        private final Set<Long> busy = new LinkedHashSet<>();
        private int open;

        boolean hasFreeInstance() {
            return present.stream().anyMatch(id -> !inhibited.contains(id) && !busy.contains(id));
        }
    }

    @Override
    public String sentence() {
        return "Requests are shed only when every instance is busy or the limit is reached, and permits are conserved.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        View view = views.computeIfAbsent(event.node(), _ -> new View());
        switch (event.record()) {
            case InstanceSeen seen -> {
                view.inhibited.remove(seen.instance());
                view.busy.remove(seen.instance());
                set(view.present, seen.instance(), seen.present());
            }
            case InstanceInhibited inhibited -> view.inhibited.add(inhibited.instance());
            case InstanceReinstated reinstated -> view.inhibited.remove(reinstated.instance());
            case InstanceBusy busy -> set(view.busy, busy.instance(), busy.busy());
            case NodeStopped _ -> views.remove(event.node());
            case RequestReceived _ -> view.open++;
            case RequestRejected rejected -> {
                view.open--;
                check(event.node(), view, rejected, report);
            }
            default -> {
                if (OpenRequests.endedBy(event.record()) != null) {
                    view.open--;
                }
            }
        }
    }

    private static void set(Set<Long> of, long instance, boolean isIn) {
        if (isIn) {
            of.add(instance);
        } else {
            of.remove(instance);
        }
    }

    private static void check(NodeId frontend, View view, RequestRejected r, Report report) {
        String request =
                "request " + r.request() + " was refused as " + r.reason().label();
        // A request that found nobody when it was to be routed holds its permit while it is being refused.
        if (r.inFlight() > view.open + 1) {
            report.broken(frontend, r.inFlight() + " permits are held, but only " + view.open + " requests are open");
        }
        if (r.reason() == RejectReason.ALL_BUSY && (r.busy() < r.instances() || view.hasFreeInstance())) {
            report.broken(frontend, request + " with " + r.busy() + " of " + r.instances() + " instances busy");
        }
        if (r.reason() == RejectReason.ADAPTIVE_LIMIT && (r.limit() < 1 || r.inFlight() < r.limit())) {
            report.broken(frontend, request + " with " + r.inFlight() + " in flight of " + r.limit());
        }
        boolean needsALimit = r.reason() == RejectReason.PACED || r.reason() == RejectReason.RESERVED;
        if (needsALimit && (r.limit() < 1 || r.inFlight() >= r.limit())) {
            report.broken(frontend, request + " with " + r.inFlight() + " in flight of " + r.limit());
        }
    }
}
