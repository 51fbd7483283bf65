package io.faultline.runtime.host.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.discovery.StoreClient;
import io.faultline.runtime.discovery.StoreClientConfig;
import io.faultline.runtime.discovery.StoreConfig;
import io.faultline.runtime.event.DiscoveryEvent.LeaseEnded;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.host.HostedService;
import io.faultline.runtime.seam.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who is told what when nodes die and when the store does. Two loops turned by hand stand for two nodes.
class EmbeddedStoreTest {
    private static final long SECOND = 1_000_000_000L;

    private final ManualLoop storeLoop = new ManualLoop();
    private final ManualLoop here = new ManualLoop();
    private final ManualLoop there = new ManualLoop();
    private final List<EventRecord> events = new ArrayList<>();
    private final EmbeddedStore store = new EmbeddedStore(storeLoop, events::add);
    private final HostedService.Connection<StoreClient> mine = store.connect(here);
    private final HostedService.Connection<StoreClient> theirs = store.connect(there);
    private final List<String> heard = new ArrayList<>();

    @Test
    void answersOnTheNodesOwnLoop() {
        mine.client().range("", this::hear);
        storeLoop.runDue();
        assertThat(heard).isEmpty();
        there.runDue();
        assertThat(heard).isEmpty();

        here.runDue();

        assertThat(heard).containsExactly("Ok[value=Listing[revision=1, entries=[]]]");
    }

    @Test
    void keepsALeaseOfAKilledNodeUntilItsTimeIsOver() {
        List<Reply<Lease>> granted = new ArrayList<>();
        mine.client().grant(2 * SECOND, granted::add);
        settle();
        long lease = ((Reply.Ok<Lease>) granted.getFirst()).value().id();
        mine.client().transact(List.of(), List.of(new Write.Put("/node", "up", lease)), List.of(), reply -> {});
        theirs.client().watch("/", 1, recorder("theirs"));
        settle();
        heard.clear();

        here.stop();
        mine.close();
        storeLoop.runFor(2 * SECOND - 1);
        settle();
        assertThat(heard).isEmpty();
        storeLoop.runFor(1);
        settle();

        assertThat(heard).containsExactly("theirs changed [Change[key=/node, value=null, revision=3, lease=0]]");
        assertThat(events).containsExactly(new LeaseEnded(lease, true));
    }

    @Test
    void tellsAClosedClientNothing() {
        mine.client().watch("/", 1, recorder("mine"));
        settle();

        mine.close();
        theirs.client().transact(List.of(), List.of(new Write.Put("/a", "", 0)), List.of(), reply -> {});
        settle();

        assertThat(heard).isEmpty();
    }

    @Test
    void answersAClosedClientThatAsksThatItIsNotConnected() {
        mine.close();
        mine.client().range("", this::hear);
        settle();

        assertThat(heard).containsExactly("Unavailable[why=the connection to the store is closed]");
    }

    @Test
    void tellsItsClientsWhenItEnds() {
        mine.client().watch("/", 1, recorder("mine"));
        settle();
        store.close();
        mine.client().range("", this::hear);
        theirs.client().range("", this::hear);

        settle();

        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "mine lost: the connection to the store is closed",
                        "Unavailable[why=the connection to the store is closed]",
                        "Unavailable[why=the connection to the store is closed]");
        store.connect(there).client().keepAlive(1, this::hear);
        settle();
        assertThat(heard).hasSize(4);
        assertThat(storeLoop.pending()).isZero();
    }

    @Test
    void isUnavailableWhenTheStoreStandsStill() {
        mine.client().range("", this::hear);

        here.runFor(SECOND);
        assertThat(heard).containsExactly("Unavailable[why=no answer in 1000 ms]");
        settle();

        assertThat(heard).hasSize(1);
    }

    /// On real threads: 4 clients count up one key by compare-and-set; no increment is lost, none counted twice, and
    /// a watch sees each of them in order.
    @Test
    void losesNoUpdateOfClientsOnDifferentThreads() {
        int clients = 4;
        int increments = 200;
        try (ThreadedLoop storeThread = new ThreadedLoop();
                ThreadedLoop watcherThread = new ThreadedLoop()) {
            EmbeddedStore shared = new EmbeddedStore(
                    storeThread.loop(),
                    StoreConfig.defaults(),
                    StoreClientConfig.defaults().withRequestTimeoutNanos(60 * SECOND),
                    event -> {});
            List<ThreadedLoop> threads = new ArrayList<>();
            List<Counting> counting = new ArrayList<>();
            WatchedCounter watched = new WatchedCounter();
            KeyValueStore watcher = shared.connect(watcherThread.loop()).client();
            watcherThread.run(() -> watcher.watch("/counter", 1, watched));
            for (int i = 0; i < clients; i++) {
                ThreadedLoop thread = new ThreadedLoop();
                threads.add(thread);
                Counting one = new Counting(shared.connect(thread.loop()).client(), increments);
                counting.add(one);
                thread.run(one::next);
            }
            for (int i = 0; i < clients; i++) {
                Counting one = counting.get(i);
                threads.get(i).await("a client has counted", () -> one.left == 0);
            }

            int total = clients * increments;
            watcherThread.await("the watch has seen the last increment", () -> watched.last == total);
            assertThat(watched.wrong).isEmpty();
            shared.close();
            threads.forEach(ThreadedLoop::close);
        }
    }

    private void settle() {
        for (int i = 0; i < 4; i++) {
            here.runDue();
            there.runDue();
            storeLoop.runDue();
        }
    }

    private void hear(Reply<?> reply) {
        heard.add(reply.toString());
    }

    private WatchListener recorder(String name) {
        return new WatchListener() {
            @Override
            public void changed(List<Change> changes) {
                heard.add(name + " changed " + changes);
            }

            @Override
            public void lost(String why) {
                heard.add(name + " lost: " + why);
            }
        };
    }

    /// Adds one to `/counter` until it has done so `left` times. Confined to its client's loop.
    private static final class Counting {
        private final KeyValueStore store;
        private int left;

        Counting(KeyValueStore store, int left) {
            this.store = store;
            this.left = left;
        }

        void next() {
            if (left > 0) {
                store.range("/counter", reply -> {
                    if (reply instanceof Reply.Ok<Listing>(Listing listing)) {
                        add(listing.entries());
                    }
                });
            }
        }

        private void add(List<Entry> entries) {
            long revision = entries.isEmpty() ? 0 : entries.getFirst().modRevision();
            int value =
                    entries.isEmpty() ? 0 : Integer.parseInt(entries.getFirst().value());
            store.transact(
                    List.of(new Condition("/counter", revision)),
                    List.of(new Write.Put("/counter", Integer.toString(value + 1), 0)),
                    List.of(),
                    reply -> {
                        if (reply instanceof Reply.Ok<KeyValueStore.Committed>(var done) && done.succeeded()) {
                            left--;
                        }
                        next();
                    });
        }
    }

    private static final class WatchedCounter implements WatchListener {
        private final List<String> wrong = new ArrayList<>();
        private int last;

        @Override
        public void changed(List<Change> changes) {
            for (Change change : changes) {
                int value = Integer.parseInt(String.valueOf(change.value()));
                if (value != last + 1) {
                    wrong.add(last + " was followed by " + value);
                }
                last = value;
            }
        }

        @Override
        public void lost(String why) {
            wrong.add("lost: " + why);
        }
    }
}
