package io.faultline.sim.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent.InstanceRegistered;
import io.faultline.runtime.event.DiscoveryEvent.LeaseEnded;
import io.faultline.runtime.event.EngineEvent.EngineStepped;
import io.faultline.runtime.event.EngineEvent.SequenceEnd;
import io.faultline.runtime.event.EngineEvent.SequenceEnded;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.MigrationEvent.MigrationCompleted;
import io.faultline.runtime.event.MigrationEvent.MigrationFailed;
import io.faultline.runtime.event.MigrationEvent.MigrationStarted;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.NodeEvent.NodeStarted;
import io.faultline.runtime.event.NodeEvent.NodeStopped;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RequestEvent.RequestCancelled;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import io.faultline.runtime.event.RequestEvent.RequestRejected;
import io.faultline.runtime.event.RequestEvent.RequestRouted;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.invariant.Invariant.RestingCluster;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Each invariant on hand-written events: what it allows and what it does not. That the big scenarios reach them
/// is shown by the planted bugs.
class InvariantTest {
    private static final NodeId FRONTEND = new NodeId("frontend-0");
    private static final NodeId WORKER = new NodeId("decode-0");
    private static final NodeId OPERATOR = new NodeId("operator");

    private final AtomicLong now = new AtomicLong();
    private long sequence;

    private InvariantSuite suite(Invariant invariant) {
        return new InvariantSuite(List.of(invariant), now::get);
    }

    private void emit(InvariantSuite suite, NodeId node, EventRecord record) {
        suite.apply(new ClusterEvent(sequence++, now.get(), node, record));
    }

    private static RequestReceived received(String id) {
        return new RequestReceived(id, "m", ApiEndpoint.COMPLETIONS, true, 10, 10);
    }

    private static RequestRejected rejected(String id) {
        return new RequestRejected(id, ErrorType.UNAVAILABLE, RejectReason.NO_INSTANCE, 0, 0, 0, -1, 0);
    }

    private static RestingCluster restingWith(EngineLoad load) {
        return new RestingCluster(Map.of(WORKER, load), new TreeMap<>());
    }

    @Test
    void violationSaysWhatWhenAndWhere() {
        InvariantSuite suite = suite(new EveryRequestEndsExactlyOnce());
        emit(suite, FRONTEND, received("r"));
        now.set(77);
        emit(suite, FRONTEND, rejected("r"));
        assertThat(suite.holds()).isTrue();
        emit(suite, FRONTEND, rejected("r"));

        Violation violation = suite.violations().getFirst();
        assertThat(violation.invariant()).isEqualTo("EveryRequestEndsExactlyOnce");
        assertThat(violation.sentence()).endsWith(".");
        assertThat(violation.words())
                .isEqualTo("request r ended as RequestRejected after it had ended as RequestRejected");
        assertThat(violation.atNanos()).isEqualTo(77);
        assertThat(violation.eventNumber()).isEqualTo(2);
        assertThat(violation.node()).isEqualTo(FRONTEND);
    }

    @Test
    void requestThatIsOpenAtRestNeverEnded() {
        InvariantSuite suite = suite(new EveryRequestEndsExactlyOnce());
        emit(suite, FRONTEND, received("r"));
        emit(suite, FRONTEND, received("of a frontend that dies"));
        suite.atRest(new RestingCluster(new TreeMap<>(), new TreeMap<>()));
        assertThat(suite.violations()).hasSize(2);
    }

    @Test
    void frontendTakesItsOpenRequestsWithIt() {
        InvariantSuite suite = suite(new EveryRequestEndsExactlyOnce());
        emit(suite, FRONTEND, received("r"));
        emit(suite, FRONTEND, new NodeStopped(StopKind.KILLED, "killed"));
        suite.atRest(new RestingCluster(new TreeMap<>(), new TreeMap<>()));
        assertThat(suite.violations()).isEmpty();
    }

    @Test
    void timeAndNumbersGoOnlyForward() {
        for (boolean gap : new boolean[] {true, false}) {
            InvariantSuite suite = suite(new TimeNeverGoesBack());
            suite.apply(new ClusterEvent(0, 10, WORKER, new LeaseEnded(1, true)));
            suite.apply(new ClusterEvent(1, 10, WORKER, new LeaseEnded(1, true)));
            assertThat(suite.holds()).isTrue();
            suite.apply(new ClusterEvent(gap ? 3 : 2, gap ? 10 : 9, WORKER, new LeaseEnded(1, true)));
            assertThat(suite.holds()).isFalse();
        }
    }

    @Test
    void routeToAnExpiredLeaseIsAllowedAsLongAsTheNewsIsUnderWay() {
        AtomicLong undisturbedSince = new AtomicLong();
        InvariantSuite suite = suite(new NoRouteToExpiredLease(5, 100, undisturbedSince::get));
        emit(suite, WORKER, new LeaseEnded(9, true));
        now.set(5);
        emit(suite, FRONTEND, new RequestRouted("r", 0, 9, 1));
        undisturbedSince.set(Long.MAX_VALUE);
        now.set(5_000);
        emit(suite, FRONTEND, new RequestRouted("r", 0, 9, 1));
        undisturbedSince.set(5_000);
        now.set(5_100);
        emit(suite, FRONTEND, new RequestRouted("r", 0, 9, 1));
        assertThat(suite.holds()).isTrue();
        now.set(5_101);
        emit(suite, FRONTEND, new RequestRouted("r", 0, 8, 1));
        assertThat(suite.holds()).isTrue();
        emit(suite, FRONTEND, new RequestRouted("r", 0, 9, 1));
        assertThat(suite.holds()).isFalse();
    }

    @Test
    void blocksUsedAndCachedAreNoMoreThanThereAre() {
        InvariantSuite suite = suite(new KvBlocksConserved());
        emit(suite, WORKER, new InstanceRegistered(1, "backend", "m", 10, 16, 1));
        emit(suite, WORKER, new EngineStepped(1, 0, 1, 1, 0, 6, 4, 1));
        assertThat(suite.holds()).isTrue();
        emit(suite, WORKER, new EngineStepped(1, 0, 1, 1, 0, 7, 4, 1));
        assertThat(suite.holds()).isFalse();
    }

    @Test
    void nothingIsUsedAtRest() {
        InvariantSuite blocks = suite(new KvBlocksConserved());
        blocks.atRest(restingWith(new EngineLoad(0, 0, 0, 9, 0)));
        assertThat(blocks.holds()).isTrue();
        blocks.atRest(restingWith(new EngineLoad(0, 0, 1, 8, 0)));
        assertThat(blocks.holds()).isFalse();

        InvariantSuite permits = suite(new PermitsNeverNegative());
        permits.atRest(restingWith(new EngineLoad(0, 1, 0, 0, 0)));
        assertThat(permits.holds()).isFalse();
    }

    @Test
    void moreEndsThanRequestsMakePermitsNegative() {
        InvariantSuite suite = suite(new PermitsNeverNegative());
        emit(suite, FRONTEND, received("r"));
        emit(suite, FRONTEND, rejected("r"));
        assertThat(suite.holds()).isTrue();
        emit(suite, FRONTEND, rejected("r"));
        assertThat(suite.holds()).isFalse();
    }

    @Test
    void attemptsAreCountedWithoutGapsUpToTheLimit() {
        InvariantSuite suite = suite(new MigrationBudgetKept(1));
        emit(suite, FRONTEND, received("r"));
        emit(suite, FRONTEND, new RequestRouted("r", 0, 1, 2));
        emit(suite, FRONTEND, new RequestRouted("r", 1, 2, 2));
        assertThat(suite.holds()).isTrue();
        emit(suite, FRONTEND, new RequestRouted("r", 2, 1, 2));
        assertThat(suite.violations()).hasSize(1);
        emit(suite, FRONTEND, received("s"));
        emit(suite, FRONTEND, new RequestRouted("s", 1, 1, 2));
        assertThat(suite.violations()).hasSize(2);
    }

    @Test
    void migrationEndsWithItsRequest() {
        InvariantSuite suite = suite(new EveryMigrationEnds());
        emit(suite, FRONTEND, received("r"));
        emit(suite, FRONTEND, began("r", 0));
        emit(suite, FRONTEND, new RequestCancelled("r", StopReason.CLIENT_GONE, 3, 1));
        emit(suite, FRONTEND, received("lost with its frontend"));
        emit(suite, FRONTEND, began("lost with its frontend", 0));
        emit(suite, FRONTEND, new NodeStopped(StopKind.KILLED, "killed"));
        suite.atRest(new RestingCluster(new TreeMap<>(), new TreeMap<>()));
        assertThat(suite.holds()).isTrue();

        emit(suite, FRONTEND, received("s"));
        emit(suite, FRONTEND, began("s", 0));
        emit(suite, FRONTEND, rejected("s"));
        assertThat(suite.violations()).hasSize(1);
        emit(suite, FRONTEND, began("s", 1));
        assertThat(suite.violations()).as("after its request's end").hasSize(2);
    }

    @Test
    void migrationEndsOnce() {
        InvariantSuite suite = suite(new EveryMigrationEnds());
        emit(suite, FRONTEND, received("r"));
        emit(suite, FRONTEND, began("r", 0));
        emit(suite, FRONTEND, began("r", 1));
        emit(suite, FRONTEND, completed("r", 1));
        emit(suite, FRONTEND, began("r", 2));
        emit(suite, FRONTEND, failed("r", 3));
        assertThat(suite.holds()).isTrue();

        emit(suite, FRONTEND, failed("r", 3));
        assertThat(suite.violations()).as("a second end").hasSize(1);
        emit(suite, FRONTEND, received("superseded"));
        emit(suite, FRONTEND, began("superseded", 0));
        emit(suite, FRONTEND, began("superseded", 1));
        emit(suite, FRONTEND, completed("superseded", 0));
        assertThat(suite.violations()).as("it had been superseded").hasSize(2);
        emit(suite, FRONTEND, began("superseded", 1));
        assertThat(suite.violations()).as("one attempt breaks once").hasSize(3);
    }

    @Test
    void migrationIsNotUnderWayAtRest() {
        InvariantSuite suite = suite(new EveryMigrationEnds());
        emit(suite, FRONTEND, received("r"));
        emit(suite, FRONTEND, began("r", 0));
        suite.atRest(new RestingCluster(new TreeMap<>(), new TreeMap<>()));
        assertThat(suite.violations()).hasSize(1);
    }

    private static MigrationStarted began(String request, int attempt) {
        return new MigrationStarted(request, attempt, 1, MigrationType.ONGOING_REQUEST, ErrorType.DISCONNECTED, 20);
    }

    private static MigrationCompleted completed(String request, int attempt) {
        return new MigrationCompleted(request, attempt, 1, 2, MigrationType.ONGOING_REQUEST, 9, 20);
    }

    private static MigrationFailed failed(String request, int attempt) {
        return new MigrationFailed(request, attempt, 1, MigrationType.ONGOING_REQUEST, ErrorType.DISCONNECTED);
    }

    @Test
    void nodeSaysSomethingOnlyWhileItRuns() {
        InvariantSuite suite = suite(new NoWorkOnDeadNode(OPERATOR));
        emit(suite, OPERATOR, new LeaseEnded(1, true));
        emit(suite, WORKER, new NodeStarted(NodeRole.DECODE));
        emit(suite, WORKER, new LeaseEnded(1, true));
        emit(suite, WORKER, new NodeStopped(StopKind.KILLED, "killed"));
        assertThat(suite.holds()).isTrue();
        emit(suite, WORKER, new LeaseEnded(1, true));
        emit(suite, FRONTEND, new LeaseEnded(1, true));
        emit(suite, FRONTEND, new NodeStopped(StopKind.KILLED, "killed"));
        assertThat(suite.violations()).hasSize(3);
    }

    @Test
    void onlyTheFirstViolationsOfEachAreKept() {
        InvariantSuite suite = suite(new NoWorkOnDeadNode(OPERATOR));
        for (int i = 0; i < 100; i++) {
            emit(suite, WORKER, new LeaseEnded(i, true));
        }
        assertThat(suite.violations()).hasSize(3);
    }

    /// A request of which nothing is heard is at a dead end, unless its frontend was asleep or an engine works on
    /// it.
    @Test
    void silenceIsADeadEnd() {
        AtomicLong awakeSince = new AtomicLong();
        NothingRunsOn engines = new NothingRunsOn(10, 10, now::get, _ -> 0, _ -> 0);
        NoDeadEnd noDeadEnd = new NoDeadEnd(100, engines, _ -> awakeSince.get(), _ -> 0);
        InvariantSuite suite = suite(noDeadEnd);
        emit(suite, FRONTEND, received("r"));
        noDeadEnd.look(100, suite.reportFor(noDeadEnd));
        awakeSince.set(50);
        noDeadEnd.look(150, suite.reportFor(noDeadEnd));
        assertThat(suite.holds()).isTrue();
        noDeadEnd.look(151, suite.reportFor(noDeadEnd));
        assertThat(suite.violations().getFirst().words()).startsWith("nothing was heard of request r for 151 ns");
    }

    /// What a worker lets go of it tells its frontend; that word is under way.
    @Test
    void workersEndOfASequenceIsHeard() {
        NothingRunsOn engines = new NothingRunsOn(10, 10, now::get, _ -> 0, _ -> 0);
        NoDeadEnd noDeadEnd = new NoDeadEnd(100, engines, _ -> 0, _ -> 0);
        InvariantSuite suite = suite(noDeadEnd);
        emit(suite, FRONTEND, received("r"));
        now.set(90);
        emit(suite, WORKER, new SequenceEnded(1, "r", SequenceEnd.LEFT_TO_OTHERS, 10, 0, 80));
        noDeadEnd.look(190, suite.reportFor(noDeadEnd));
        assertThat(suite.holds()).isTrue();
        noDeadEnd.look(191, suite.reportFor(noDeadEnd));
        assertThat(suite.holds()).isFalse();
    }
}
