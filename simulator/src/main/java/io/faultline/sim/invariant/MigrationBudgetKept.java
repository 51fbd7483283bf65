package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationStarted;
import io.faultline.runtime.event.RequestEvent.RequestRouted;

/// MIG-2: `--migration-limit` bounds the attempts of a request, and attempts are counted without gaps.
public final class MigrationBudgetKept implements Invariant {
    private final int limit;
    private final OpenRequests<Spent> open = new OpenRequests<>(_ -> new Spent());

    /// What one request has used up.
    private static final class Spent {
        private int routings;
        private int migrations;
    }

    public MigrationBudgetKept(int limit) {
        this.limit = limit;
    }

    @Override
    public String sentence() {
        return "No request migrates more often than the migration limit of " + limit + " allows.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        open.apply(event);
        if (event.record() instanceof RequestRouted routed) {
            String id = routed.request();
            int attempt = routed.attempt();
            Spent spent = open.get(id);
            if (spent == null) {
                report.broken(event.node(), "request " + id + " was routed, but it is not open");
            } else if (attempt != spent.routings++) {
                report.broken(
                        event.node(),
                        "request " + id + " made attempt " + attempt + " where " + (spent.routings - 1) + " was due");
            } else if (attempt > limit) {
                report.broken(event.node(), "request " + id + " made attempt " + attempt + ", the first being 0");
            }
        } else if (event.record() instanceof MigrationStarted migration) {
            Spent spent = open.get(migration.request());
            if (spent != null && ++spent.migrations > limit) {
                report.broken(event.node(), "request " + migration.request() + " began migration " + spent.migrations);
            }
        }
    }
}
