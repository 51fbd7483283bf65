package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventRecord.NodeStopped;
import io.faultline.runtime.seam.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/// A migration is a promise that is counted, shown and charged to a budget: its end has to be told too. A
/// replacement that breaks as well begins the next migration in place of the one before.
public final class EveryMigrationEnds implements Invariant {
    private final Map<String, NodeId> underWay = new LinkedHashMap<>();

    @Override
    public String sentence() {
        return "Every migration that began completes, fails, or ends with the cancellation of its request.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case EventRecord.MigrationStarted migration -> underWay.put(migration.request(), event.node());
            case EventRecord.MigrationCompleted migration -> end(event, migration.request(), report);
            case EventRecord.MigrationFailed migration -> underWay.remove(migration.request());
            case EventRecord.RequestCancelled cancelled -> underWay.remove(cancelled.request());
            case NodeStopped _ -> underWay.values().removeIf(event.node()::equals);
            default -> {
                String ended = OpenRequests.endedBy(event.record());
                if (ended != null && underWay.remove(ended) != null) {
                    report.broken(
                            event.node(),
                            "request " + ended + " ended as "
                                    + event.record().getClass().getSimpleName()
                                    + " with a migration under way");
                }
            }
        }
    }

    private void end(ClusterEvent event, String request, Report report) {
        if (underWay.remove(request) == null) {
            report.broken(event.node(), "request " + request + " completed a migration that had not begun");
        }
    }
}
