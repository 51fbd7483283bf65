package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationCompleted;
import io.faultline.runtime.event.MigrationEvent.MigrationFailed;
import io.faultline.runtime.event.MigrationEvent.MigrationStarted;
import io.faultline.runtime.event.RequestEvent.RequestCancelled;
import io.faultline.runtime.seam.NodeId;
import org.jspecify.annotations.Nullable;

/// A migration is a promise that is counted, shown and charged to a budget: its one end has to be told too, and before
/// its request's. It completes, fails, is superseded by the migration after the attempt that was to complete it, or
/// ends with the cancellation of its request or with its frontend.
public final class EveryMigrationEnds implements Invariant {
    private final OpenRequests<Moves> open = new OpenRequests<>(received -> new Moves(received.node()));

    /// The migrations of one request.
    private static final class Moves {
        private final NodeId frontend;
        private int newestAttempt = -1;
        private boolean underWay;

        Moves(NodeId frontend) {
            this.frontend = frontend;
        }
    }

    @Override
    public String sentence() {
        return "Every migration that began ends once: it completes, fails, is superseded by the next, or goes with its"
                + " request.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case MigrationStarted m -> {
                Moves moves = open.get(m.request());
                if (moves == null || m.attempt() <= moves.newestAttempt) {
                    report.broken(event.node(), words("began", m.request(), m.attempt(), moves));
                } else {
                    moves.newestAttempt = m.attempt();
                    moves.underWay = true;
                }
            }
            case MigrationCompleted m -> {
                Moves moves = open.get(m.request());
                if (moves == null || !moves.underWay || m.attempt() != moves.newestAttempt) {
                    report.broken(event.node(), words("completed", m.request(), m.attempt(), moves));
                } else {
                    moves.underWay = false;
                }
            }
            case MigrationFailed m -> failed(event.node(), m, report);
            default -> {
                String ended = OpenRequests.endedBy(event.record());
                Moves moves = ended == null ? null : open.get(ended);
                if (moves != null && moves.underWay && !(event.record() instanceof RequestCancelled)) {
                    report.broken(
                            event.node(),
                            "request " + ended + " ended as "
                                    + event.record().getClass().getSimpleName() + " with a migration under way");
                }
            }
        }
        open.apply(event);
    }

    /// Either the one under way, or one that was not to be: its attempt broke and nothing may follow it.
    private void failed(NodeId node, MigrationFailed m, Report report) {
        Moves moves = open.get(m.request());
        boolean isNew = moves != null && m.attempt() > moves.newestAttempt;
        boolean isUnderWay = moves != null && moves.underWay && m.attempt() == moves.newestAttempt;
        if (moves == null || !(isNew || isUnderWay)) {
            report.broken(node, words("failed", m.request(), m.attempt(), moves));
        } else {
            moves.newestAttempt = m.attempt();
            moves.underWay = false;
        }
    }

    private static String words(String what, String request, int attempt, @Nullable Moves moves) {
        String why = moves == null
                ? "it was not open"
                : "its newest migration, of attempt " + moves.newestAttempt + ", "
                        + (moves.underWay ? "was under way" : "had ended");
        return "a migration of request " + request + ", attempt " + attempt + ", " + what + " when " + why;
    }

    @Override
    public void atRest(RestingCluster cluster, Report report) {
        for (String request : open.ids()) {
            Moves moves = open.get(request);
            if (moves != null && moves.underWay) {
                report.broken(moves.frontend, "a migration of request " + request + " is under way at rest");
            }
        }
    }
}
