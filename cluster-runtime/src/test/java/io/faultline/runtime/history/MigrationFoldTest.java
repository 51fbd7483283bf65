package io.faultline.runtime.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.Test;

/// Every migration that began has an end in the history: none runs for ever.
@Shows("CON-2")
class MigrationFoldTest {
    private static final NodeId FRONTEND = new NodeId("frontend-0");

    private final MigrationFold fold = new MigrationFold(10);
    private long sequence;

    @Test
    void oneWhoseReplacementBreaksBeforeItsFirstTokenIsSuperseded() {
        start("r", 0);
        start("r", 1);
        emit(new MigrationEvent.MigrationCompleted("r", 1, 8, 9, MigrationType.ONGOING_REQUEST, 50, 7));
        assertOutcomes("success", "superseded");
    }

    @Test
    void theLastReplacementThatBreaksEndsBothMoves() {
        start("r", 0);
        emit(new MigrationEvent.MigrationFailed("r", 1, 8, MigrationType.ONGOING_REQUEST, ErrorType.DISCONNECTED));
        assertOutcomes("failure", "superseded");
    }

    @Test
    void oneThatFailsWhileItWaitsIsAFailureOnce() {
        start("r", 0);
        emit(new MigrationEvent.MigrationFailed("r", 0, 7, MigrationType.ONGOING_REQUEST, ErrorType.UNAVAILABLE));
        assertOutcomes("failure");
    }

    @Test
    void oneEndsWithItsRequestAndWithItsFrontend() {
        start("cancelled", 0);
        start("lost", 0);
        emit(new RequestEvent.RequestCancelled("cancelled", StopReason.CLIENT_GONE, 3, 9));
        emit(new NodeEvent.NodeStopped(NodeEvent.StopKind.KILLED, "planted"));
        assertOutcomes("lost", "cancelled");
    }

    @Test
    void aRequestThatMovesAgainLaterHasTwoSuccesses() {
        start("r", 0);
        emit(new MigrationEvent.MigrationCompleted("r", 0, 7, 8, MigrationType.ONGOING_REQUEST, 50, 7));
        start("r", 1);
        assertOutcomes("running", "success");
    }

    private void start(String request, int attempt) {
        emit(new MigrationEvent.MigrationStarted(
                request, attempt, 7, MigrationType.ONGOING_REQUEST, ErrorType.DISCONNECTED, 20));
    }

    private void emit(EventRecord record) {
        fold.apply(new ClusterEvent(sequence++, sequence, FRONTEND, record));
    }

    private void assertOutcomes(String... newestFirst) {
        assertThat(fold.newest(10)).extracting(MigrationView::outcome).containsExactly(newestFirst);
    }
}
