package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.event.DiscoveryEvent.LeaseEnded;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The server by itself: sessions, order, the one timer, its own lateness.
class StoreServerTest {
    private static final long SECOND = 1_000_000_000L;

    private final ManualLoop loop = new ManualLoop(500);
    private final StoreState state = new StoreState(StoreConfig.defaults());
    private final List<EventRecord> events = new ArrayList<>();
    private final StoreServer server = new StoreServer(state, loop, events::add);
    private final List<StoreAnswer> told = new ArrayList<>();
    private final StoreServer.Session session = server.open(told::add);

    @Test
    void endsALeaseAtItsTimeWithoutBeingAsked() {
        session.receive(new StoreRequest.Grant(1, 2 * SECOND));
        session.receive(put(2, "a", 1));
        session.receive(new StoreRequest.OpenWatch(3, "", 3));
        told.clear();

        loop.runFor(2 * SECOND - 1);
        assertThat(told).isEmpty();
        loop.runFor(1);

        assertThat(told).containsExactly(new StoreAnswer.WatchChanged(3, List.of(new Change("a", null, 3, 0))));
        assertThat(events).containsExactly(new LeaseEnded(1, true));
    }

    @Test
    void keepsOneTimerForAllLeasesAndNoneWithoutLeases() {
        assertThat(loop.pending()).isZero();
        for (int i = 1; i <= 10; i++) {
            session.receive(new StoreRequest.Grant(i, (12 - i) * SECOND));
            session.receive(new StoreRequest.KeepAlive(100 + i, i));
        }
        assertThat(loop.pending()).isEqualTo(1);

        for (int lease = 1; lease <= 10; lease++) {
            session.receive(new StoreRequest.Revoke(200 + lease, lease));
        }
        assertThat(loop.pending()).isZero();
    }

    @Test
    void wakesUpForNothingButAnExpiry() {
        session.receive(new StoreRequest.Grant(1, 2 * SECOND));
        for (int i = 0; i < 5; i++) {
            loop.runFor(SECOND);
            session.receive(new StoreRequest.KeepAlive(10 + i, 1));
        }

        assertThat(loop.runNext()).isTrue();
        assertThat(loop.now()).isEqualTo(500 + 7 * SECOND);
        assertThat(events).containsExactly(new LeaseEnded(1, true));
        assertThat(loop.pending()).isZero();
    }

    @Test
    void recordsALeaseThatWasGivenBack() {
        session.receive(new StoreRequest.Grant(1, SECOND));
        session.receive(new StoreRequest.Revoke(2, 1));
        session.receive(new StoreRequest.Revoke(3, 1));

        assertThat(events).containsExactly(new LeaseEnded(1, false));
        assertThat(told)
                .containsExactly(
                        new StoreAnswer.Replied(1, new Reply.Ok<>(new Lease(1, 2 * SECOND))),
                        new StoreAnswer.Replied(2, new Reply.Ok<>(new Lease(1, 0))),
                        new StoreAnswer.Replied(3, new Reply.NotFound<>()));
    }

    @Test
    void tellsTheAskerFirstAndThenItsWatchesInOrder() {
        session.receive(new StoreRequest.OpenWatch(7, "a", 1));
        session.receive(new StoreRequest.OpenWatch(5, "", 1));
        told.clear();

        session.receive(put(9, "a", 0));

        List<Change> changes = List.of(new Change("a", "", 2, 0));
        assertThat(told)
                .containsExactly(
                        new StoreAnswer.Replied(9, new Reply.Ok<>(new Committed(true, 2))),
                        new StoreAnswer.WatchChanged(5, changes),
                        new StoreAnswer.WatchChanged(7, changes));
    }

    @Test
    void tellsAllSessionsTheSame() {
        List<StoreAnswer> toldOther = new ArrayList<>();
        StoreServer.Session other = server.open(toldOther::add);
        session.receive(new StoreRequest.OpenWatch(1, "", 1));
        other.receive(new StoreRequest.OpenWatch(1, "", 1));
        told.clear();
        toldOther.clear();

        for (int i = 0; i < 5; i++) {
            StoreServer.Session writer = i % 2 == 0 ? session : other;
            writer.receive(put(10 + i, "key-" + i, 0));
        }

        told.removeIf(answer -> answer instanceof StoreAnswer.Replied);
        toldOther.removeIf(answer -> answer instanceof StoreAnswer.Replied);
        assertThat(told).hasSize(5).isEqualTo(toldOther);
    }

    @Test
    void replaysThePastBeforeItTellsThePresent() {
        session.receive(put(1, "a", 0));
        session.receive(put(2, "b", 0));
        told.clear();

        session.receive(new StoreRequest.OpenWatch(3, "b", 2));
        session.receive(put(4, "b", 0));

        assertThat(told)
                .containsExactly(
                        new StoreAnswer.WatchOpened(3),
                        new StoreAnswer.WatchChanged(3, List.of(new Change("b", "", 3, 0))),
                        new StoreAnswer.Replied(4, new Reply.Ok<>(new Committed(true, 4))),
                        new StoreAnswer.WatchChanged(3, List.of(new Change("b", "", 4, 0))));
    }

    @Test
    void opensNoWatchOnACompactedPast() {
        session.receive(put(1, "a", 0));
        state.compact(2);
        told.clear();

        session.receive(new StoreRequest.OpenWatch(2, "", 2));
        session.receive(put(3, "a", 0));

        assertThat(told)
                .containsExactly(
                        new StoreAnswer.WatchLost(2, "the history up to revision 2 was compacted"),
                        new StoreAnswer.Replied(3, new Reply.Ok<>(new Committed(true, 3))));
    }

    @Test
    void tellsAClosedWatchNothing() {
        session.receive(new StoreRequest.OpenWatch(1, "", 1));
        session.receive(new StoreRequest.CloseWatch(1));
        session.receive(new StoreRequest.CloseWatch(1));
        told.clear();

        session.receive(put(2, "a", 0));

        assertThat(told).containsExactly(new StoreAnswer.Replied(2, new Reply.Ok<>(new Committed(true, 2))));
    }

    @Test
    void endsTheWatchesOfADroppedSessionAndKeepsItsLeases() {
        session.receive(new StoreRequest.Grant(1, 2 * SECOND));
        session.receive(put(2, "a", 1));
        session.receive(new StoreRequest.OpenWatch(3, "", 3));
        told.clear();

        session.drop();
        session.receive(new StoreRequest.Revoke(4, 1));
        List<StoreAnswer> toldOther = new ArrayList<>();
        StoreServer.Session other = server.open(toldOther::add);
        other.receive(new StoreRequest.Range(1, ""));
        loop.runFor(2 * SECOND);
        other.receive(new StoreRequest.Range(2, ""));

        assertThat(told).isEmpty();
        assertThat(toldOther)
                .containsExactly(
                        new StoreAnswer.Replied(
                                1, new Reply.Ok<>(new Listing(2, List.of(new Entry("a", "", 2, 2, 1, 1))))),
                        new StoreAnswer.Replied(2, new Reply.Ok<>(new Listing(3, List.of()))));
    }

    @Test
    void letsALinkDropItsSessionWhileChangesAreTold() {
        List<StoreServer.Session> opened = new ArrayList<>();
        StoreServer.Session slow = server.open(answer -> {
            if (answer instanceof StoreAnswer.WatchChanged) {
                opened.getFirst().drop();
            }
        });
        opened.add(slow);
        slow.receive(new StoreRequest.OpenWatch(1, "", 1));
        StoreServer.Session last = server.open(told::add);
        last.receive(new StoreRequest.OpenWatch(1, "", 1));
        told.clear();

        session.receive(put(2, "a", 0));
        session.receive(put(3, "b", 0));

        assertThat(told)
                .filteredOn(answer -> answer instanceof StoreAnswer.WatchChanged)
                .hasSize(2);
    }

    @Test
    void refusesAWatchAboveTheLimitOfASession() {
        StoreState small = new StoreState(new StoreConfig(SECOND, SECOND, SECOND, 100, 100, 100, 1));
        StoreServer.Session one = new StoreServer(small, loop, events::add).open(told::add);

        one.receive(new StoreRequest.OpenWatch(1, "", 1));
        one.receive(new StoreRequest.OpenWatch(2, "", 1));

        assertThat(told)
                .containsExactly(
                        new StoreAnswer.WatchOpened(1),
                        new StoreAnswer.WatchLost(2, "the session has its limit of 1 watches"));
    }

    @Test
    void endsDueLeasesBeforeItAnswers() {
        LateLoop late = new LateLoop(loop);
        List<StoreAnswer> answers = new ArrayList<>();
        StoreServer.Session client =
                new StoreServer(new StoreState(StoreConfig.defaults()), late, events::add).open(answers::add);
        client.receive(new StoreRequest.Grant(1, 2 * SECOND));
        client.receive(put(2, "a", 1));
        answers.clear();

        // The request is handled after the lease was due but before the timer ran.
        late.nowNanos += 2 * SECOND;
        client.receive(new StoreRequest.Range(3, ""));

        assertThat(answers).containsExactly(new StoreAnswer.Replied(3, new Reply.Ok<>(new Listing(3, List.of()))));
    }

    @Test
    void blamesNobodyForItsOwnStandstill() {
        LateLoop late = new LateLoop(loop);
        List<StoreAnswer> answers = new ArrayList<>();
        StoreServer.Session client =
                new StoreServer(new StoreState(StoreConfig.defaults()), late, events::add).open(answers::add);
        client.receive(new StoreRequest.Grant(1, 2 * SECOND));
        answers.clear();

        late.nowNanos += 3 * SECOND;
        client.receive(new StoreRequest.KeepAlive(2, 1));

        assertThat(answers).containsExactly(new StoreAnswer.Replied(2, new Reply.Ok<>(new Lease(1, 2 * SECOND))));
        assertThat(events).isEmpty();
    }

    @Test
    void givesLeasesTheirFullTimeAgainWhenItTakesOverAState() {
        session.receive(new StoreRequest.Grant(1, 2 * SECOND));
        session.receive(put(2, "a", 1));
        server.stop();
        loop.runFor(SECOND);

        new StoreServer(state, loop, events::add);
        loop.runFor(2 * SECOND - 1);
        assertThat(events).isEmpty();
        loop.runFor(1);

        assertThat(events).containsExactly(new LeaseEnded(1, true));
        assertThat(state.range("").entries()).isEmpty();
    }

    @Test
    void isSilentAfterItWasStopped() {
        session.receive(new StoreRequest.Grant(1, 2 * SECOND));
        session.receive(new StoreRequest.OpenWatch(2, "", 1));
        told.clear();

        server.stop();
        session.receive(put(3, "a", 1));
        server.open(told::add).receive(new StoreRequest.Range(1, ""));

        assertThat(told).isEmpty();
        assertThat(loop.pending()).isZero();
        assertThat(state.revision()).isEqualTo(1);
    }

    private static StoreRequest put(long id, String key, long lease) {
        return new StoreRequest.Transact(
                id, new Transaction(List.of(), List.of(new Write.Put(key, "", lease)), List.of()));
    }

    /// A loop whose time goes on without its timers, as when the process stood still.
    private static final class LateLoop implements NodeLoop {
        private final ManualLoop timers;
        private long nowNanos;

        LateLoop(ManualLoop timers) {
            this.timers = timers;
        }

        @Override
        public long now() {
            return nowNanos;
        }

        @Override
        public void post(Runnable task) {
            timers.post(task);
        }

        @Override
        public Timer after(long delayNanos, Runnable task) {
            return timers.after(delayNanos, task);
        }
    }
}
