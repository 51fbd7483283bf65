package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Watch;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import io.faultline.runtime.seam.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The client by itself, with a link that the test plays: time-outs, late answers, a broken link, limits.
class StoreClientTest {
    private static final long MILLI = 1_000_000L;

    private final ManualLoop loop = new ManualLoop(77);
    private final List<StoreRequest> sent = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final StoreClient client = new StoreClient(loop, sent::add, new StoreClientConfig(1_000 * MILLI, 3, 2));

    @Test
    void waitsASecondUnlessSet() {
        assertThat(StoreClientConfig.defaults().requestTimeoutNanos()).isEqualTo(1_000 * MILLI);
    }

    @Test
    void isUnavailableWithoutAnAnswerInTime() {
        client.range("/a", this::hear);

        loop.runFor(1_000 * MILLI - 1);
        assertThat(heard).isEmpty();
        loop.runFor(1);

        assertThat(sent).containsExactly(new StoreRequest.Range(1, "/a"));
        assertThat(heard).containsExactly("Unavailable[why=no answer in 1000 ms]");
    }

    @Test
    void ignoresAnAnswerThatComesLate() {
        client.range("", this::hear);
        loop.runFor(1_000 * MILLI);
        heard.clear();

        client.received(new StoreAnswer.Replied(1, new Reply.Ok<>(new Listing(1, List.of()))));

        assertThat(heard).isEmpty();
    }

    @Test
    void ignoresASecondAnswer() {
        client.grant(5, this::hear);
        client.received(new StoreAnswer.Replied(1, new Reply.Ok<>(new Lease(9, 5))));
        client.received(new StoreAnswer.Replied(1, new Reply.NotFound<>()));
        loop.runAll();

        assertThat(heard).containsExactly("Ok[value=Lease[id=9, ttlNanos=5]]");
    }

    @Test
    void leavesNoTimerBehind() {
        client.grant(5, this::hear);
        client.range("", this::hear);
        client.watch("", 1, listener("w"));
        client.received(new StoreAnswer.Replied(2, new Reply.Ok<>(new Listing(1, List.of()))));
        client.received(new StoreAnswer.Replied(1, new Reply.NotFound<>()));
        client.received(new StoreAnswer.WatchOpened(3));

        assertThat(loop.pending()).isZero();
        assertThat(heard).containsExactly("Ok[value=Listing[revision=1, entries=[]]]", "NotFound[]");
    }

    @Test
    void answersEverythingAndLosesAllWatchesWhenTheLinkBreaks() {
        client.range("", this::hear);
        client.watch("", 1, listener("first"));
        client.keepAlive(4, this::hear);
        client.watch("", 1, listener("second"));
        client.received(new StoreAnswer.WatchOpened(4));

        client.disconnected("cable cut");

        assertThat(heard)
                .containsExactly(
                        "Unavailable[why=cable cut]",
                        "Unavailable[why=cable cut]",
                        "first lost: cable cut",
                        "second lost: cable cut");
        assertThat(loop.pending()).isZero();
        client.disconnected("again");
        client.received(new StoreAnswer.WatchChanged(2, List.of()));
        assertThat(heard).hasSize(4);
    }

    @Test
    void keepsWhatWasAskedAnewWhenTheLinkBroke() {
        client.watch("", 1, new WatchListener() {
            @Override
            public void changed(List<Change> changes) {}

            @Override
            public void lost(String why) {
                client.range("", StoreClientTest.this::hear);
                client.watch("", 1, listener("anew"));
            }
        });

        client.disconnected("cable cut");
        client.received(new StoreAnswer.Replied(2, new Reply.NotFound<>()));
        client.received(new StoreAnswer.WatchChanged(3, List.of(new Change("a", "1", 2, 0))));

        assertThat(heard).containsExactly("NotFound[]", "anew changed: [Change[key=a, value=1, revision=2, lease=0]]");
    }

    @Test
    void losesAWatchThatIsNotConfirmedInTime() {
        client.watch("/a", 5, listener("w"));

        loop.runFor(1_000 * MILLI);
        client.received(new StoreAnswer.WatchOpened(1));
        client.received(new StoreAnswer.WatchChanged(1, List.of(new Change("a", "1", 2, 0))));

        assertThat(heard).containsExactly("w lost: not confirmed in 1000 ms");
        assertThat(sent).containsExactly(new StoreRequest.OpenWatch(1, "/a", 5), new StoreRequest.CloseWatch(1));
    }

    @Test
    void passesOnThatTheServerLostAWatch() {
        client.watch("", 1, listener("w"));

        client.received(new StoreAnswer.WatchLost(1, "compacted"));
        client.received(new StoreAnswer.WatchLost(1, "compacted"));
        loop.runAll();

        assertThat(heard).containsExactly("w lost: compacted");
    }

    @Test
    void closesAWatchOnce() {
        Watch watch = client.watch("", 1, listener("w"));

        watch.close();
        watch.close();
        client.received(new StoreAnswer.WatchChanged(1, List.of(new Change("a", "1", 2, 0))));
        client.received(new StoreAnswer.WatchLost(1, "late"));
        loop.runAll();

        assertThat(heard).isEmpty();
        assertThat(sent).containsExactly(new StoreRequest.OpenWatch(1, "", 1), new StoreRequest.CloseWatch(1));
    }

    @Test
    void asksTheServerNothingWhenALostWatchIsClosed() {
        Watch watch = client.watch("", 1, listener("w"));
        client.disconnected("cable cut");
        sent.clear();

        watch.close();

        assertThat(sent).isEmpty();
    }

    @Test
    void isUnavailableInALaterTurnWhenTooManyCallsWait() {
        for (int i = 0; i < 3; i++) {
            client.range("", reply -> {});
        }

        client.range("", this::hear);
        assertThat(heard).isEmpty();
        loop.runDue();

        assertThat(heard).containsExactly("Unavailable[why=3 calls wait for an answer]");
        assertThat(sent).hasSize(3);
    }

    @Test
    void stopsACallerThatLeaksWatches() {
        client.watch("", 1, listener("1"));
        client.watch("", 1, listener("2"));

        assertThatThrownBy(() -> client.watch("", 1, listener("3"))).isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void stopsACallerThatAsksForALeaseOfNoTime() {
        assertThatThrownBy(() -> client.grant(0, this::hear)).isInstanceOf(BrokenInvariant.class);
    }

    private void hear(Reply<?> reply) {
        heard.add(reply.toString());
    }

    private WatchListener listener(String name) {
        return new WatchListener() {
            @Override
            public void changed(List<Change> changes) {
                heard.add(name + " changed: " + changes);
            }

            @Override
            public void lost(String why) {
                heard.add(name + " lost: " + why);
            }
        };
    }
}
