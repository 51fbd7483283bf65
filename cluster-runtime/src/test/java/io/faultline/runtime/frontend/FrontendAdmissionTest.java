package io.faultline.runtime.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.admission.AdmissionPort.Door;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.event.LoadEvent;
import io.faultline.runtime.event.RequestEvent.RequestRejected;
import io.faultline.runtime.frontend.FrontendFixture.Answer;
import io.faultline.runtime.frontend.FrontendFixture.ScriptedWorker;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Whom a frontend refuses. Every worker of the fixture has 100 KV blocks of 16 tokens.
class FrontendAdmissionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final EngineLoad IDLE = new EngineLoad(0, 0, 0, 0, 0);
    private static final EngineLoad FULL = new EngineLoad(8, 3, 90, 0, 0);
    private static final BusyThresholds HALF = new BusyThresholds(0.5, null, null);

    private static FrontendFixture with(BusyThresholds thresholds) {
        return new FrontendFixture(
                MigrationConfig.upTo(2), AdmissionConfig.off().withThresholds(thresholds));
    }

    private static RequestRejected rejection(FrontendFixture cluster) {
        return cluster.events(RequestRejected.class).getLast();
    }

    private static boolean isRefused(Answer answer) {
        return answer.outcome.filter(Outcome.Rejected.class::isInstance).isPresent();
    }

    @Test
    @DisplayName("REJ-2: busy workers are not chosen")
    @Shows("REJ-2")
    void busyWorkersAreNotChosen() {
        FrontendFixture cluster = with(HALF);
        ScriptedWorker busy = cluster.worker("w0");
        ScriptedWorker free = cluster.worker("w1");
        busy.report(FULL);

        for (int i = 0; i < 4; i++) {
            cluster.ask("hello", 10);
        }

        assertThat(busy.open).isEmpty();
        assertThat(free.open).hasSize(4);
    }

    @Test
    @DisplayName("REJ-2: all busy means 503 with Retry-After, counted, for as long as it lasts")
    @Shows("REJ-2")
    void steadyOverloadStaysRefused() {
        FrontendFixture cluster = with(HALF);
        ScriptedWorker one = cluster.worker("w0");
        ScriptedWorker two = cluster.worker("w1");

        for (int i = 0; i < 120; i++) {
            one.report(FULL);
            two.report(FULL);
            Answer answer = cluster.ask("hello", 10);
            assertThat(answer.outcome)
                    .hasValueSatisfying(end -> assertThat(end).isInstanceOfSatisfying(Outcome.Rejected.class, r -> {
                        assertThat(r.error().type()).isEqualTo(ErrorType.RESOURCE_EXHAUSTED);
                        assertThat(r.retryAfterSeconds()).isBetween(1, 30);
                    }));
            cluster.loop.runFor(SECOND / 2);
        }

        assertThat(cluster.events(RequestRejected.class)).hasSize(120).allSatisfy(r -> {
            assertThat(r.reason()).isEqualTo(RejectReason.ALL_BUSY);
            assertThat(r.instances()).isEqualTo(2);
            assertThat(r.busy()).isEqualTo(2);
        });
    }

    @Test
    void aFreeWorkerServesAtOnce() {
        FrontendFixture cluster = with(HALF);
        ScriptedWorker worker = cluster.worker("w0");
        worker.report(FULL);
        assertThat(isRefused(cluster.ask("hello", 10))).isTrue();

        worker.report(IDLE);

        cluster.ask("hello", 10);
        assertThat(worker.open).hasSize(1);
    }

    @Test
    void aReportThatIsTooOldSaysNothing() {
        FrontendFixture cluster = with(HALF);
        ScriptedWorker worker = cluster.worker("w0");
        worker.report(FULL);

        cluster.loop.runFor(4 * SECOND);

        cluster.ask("hello", 10);
        assertThat(worker.open).hasSize(1);
    }

    @Test
    @DisplayName("REJ-1: what was just sent and what was reported are kept apart")
    @Shows("REJ-1")
    void whatWasJustSentCountsUntilAReportContainsIt() {
        FrontendFixture cluster = with(new BusyThresholds(null, 20L, null));
        ScriptedWorker worker = cluster.worker("w0");
        cluster.ask("a prompt of more than twenty tokens", 10);

        assertThat(isRefused(cluster.ask("hello", 10))).isTrue();

        worker.report(new EngineLoad(1, 0, 3, 0, 0));
        assertThat(isRefused(cluster.ask("hello", 10))).isFalse();
        assertThat(worker.open).hasSize(2);
    }

    @Test
    @DisplayName("REJ-1: what another frontend sent shows in the reports alone")
    @Shows("REJ-1")
    void anothersLoadIsNotOverwrittenByOurOwn() {
        FrontendFixture cluster = with(new BusyThresholds(null, 100L, null));
        ScriptedWorker worker = cluster.worker("w0");
        worker.report(new EngineLoad(4, 2, 50, 0, 90));

        cluster.ask("fifteen tokens.", 10);

        assertThat(isRefused(cluster.ask("hello", 10))).isTrue();
    }

    @Test
    @DisplayName("REJ-2: a request that has to move is not shed like a new one")
    @Shows("REJ-2")
    void aMovingRequestGoesToABusyWorkerRatherThanNowhere() {
        FrontendFixture cluster = with(HALF);
        ScriptedWorker dies = cluster.worker("w0");
        ScriptedWorker busy = cluster.worker("w1");
        busy.report(FULL);
        Answer answer = cluster.ask("hello", 10);
        dies.say("wo");

        dies.die();

        assertThat(busy.open).hasSize(1);
        assertThat(answer.outcome).isEmpty();
        assertThat(isRefused(cluster.ask("hello", 10))).isTrue();
    }

    @Test
    @DisplayName("REJ-3: other thresholds are in force at once")
    @Shows("REJ-3")
    void changedThresholdsAreInForceAtOnce() {
        FrontendFixture cluster = with(BusyThresholds.NONE);
        ScriptedWorker worker = cluster.worker("w0");
        worker.report(FULL);
        cluster.ask("hello", 10);
        assertThat(worker.open).hasSize(1);

        assertThat(cluster.frontend.useBusyThresholds(FrontendFixture.MODEL, HALF, "a test"))
                .isTrue();
        assertThat(isRefused(cluster.ask("hello", 10))).isTrue();
        assertThat(rejection(cluster).reason()).isEqualTo(RejectReason.ALL_BUSY);

        cluster.frontend.useBusyThresholds(FrontendFixture.MODEL, BusyThresholds.NONE, "a test");
        cluster.ask("hello", 10);
        assertThat(worker.open).hasSize(2);
        assertThat(cluster.frontend.useBusyThresholds("unheard of", HALF, "a test"))
                .isFalse();
        assertThat(cluster.events(LoadEvent.BusyThresholdsChanged.class)).hasSize(2);
    }

    @Test
    void theDoorIsClosedWhileNobodyCouldBeAdmitted() {
        FrontendFixture cluster = with(HALF);
        ScriptedWorker worker = cluster.worker("w0");
        List<Door> seen = new ArrayList<>();
        cluster.frontend.watchDoor(seen::add);
        assertThat(seen.getLast()).isInstanceOf(Door.Open.class);

        worker.report(FULL);
        assertThat(seen.getLast())
                .isInstanceOfSatisfying(
                        Door.Closed.class, closed -> assertThat(closed.reason()).isEqualTo(RejectReason.ALL_BUSY));

        worker.report(IDLE);
        assertThat(seen.getLast()).isInstanceOf(Door.Open.class);
    }

    @Test
    @DisplayName("REJ-4: no more in flight than the adaptive limit allows, and permits come back")
    @Shows("REJ-4")
    void theAdaptiveLimitHoldsAndPermitsComeBack() {
        FrontendFixture cluster = new FrontendFixture(MigrationConfig.upTo(2), AdmissionConfig.adaptiveLimit());
        ScriptedWorker worker = cluster.worker("w0");
        List<Answer> admitted = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            admitted.add(cluster.ask("hello", 10));
        }

        assertThat(isRefused(cluster.ask("hello", 10))).isTrue();
        assertThat(rejection(cluster)).satisfies(r -> {
            assertThat(r.reason()).isEqualTo(RejectReason.ADAPTIVE_LIMIT);
            assertThat(r.inFlight()).isEqualTo(4);
            assertThat(r.limit()).isEqualTo(4);
        });

        admitted.getFirst().ticket.cancel(StopReason.CLIENT_GONE);
        assertThat(isRefused(cluster.ask("hello", 10))).isFalse();
        assertThat(worker.open).hasSize(4);
    }

    @Test
    void aMovingRequestKeepsItsPermit() {
        FrontendFixture cluster = new FrontendFixture(MigrationConfig.upTo(2), AdmissionConfig.adaptiveLimit());
        ScriptedWorker dies = cluster.worker("w0");
        for (int i = 0; i < 4; i++) {
            cluster.ask("hello", 10);
        }
        ScriptedWorker other = cluster.worker("w1");

        dies.die();

        assertThat(other.open).hasSize(4);
        // One instance is set aside, so the limit is that of the other alone: full.
        assertThat(isRefused(cluster.ask("hello", 10))).isTrue();
    }
}
