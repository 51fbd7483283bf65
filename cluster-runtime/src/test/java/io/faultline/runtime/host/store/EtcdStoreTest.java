package io.faultline.runtime.host.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.host.process.LocalEtcd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of calls, leases and watches while etcd is away, stands still and comes back. Skipped without etcd.
class EtcdStoreTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CALLS_MAX = 8;

    @TempDir
    private Path folder;

    private LocalEtcd server;
    private EtcdConnection connection;
    private Driver driver;
    private KeyValueStore store;
    private final List<Reply<?>> replies = new CopyOnWriteArrayList<>();
    private final List<Change> changes = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startEtcd() throws IOException, InterruptedException {
        server = EtcdServer.start(folder);
        EtcdStoreConfig config = new EtcdStoreConfig(SECOND, SECOND, 5 * SECOND, 2 * SECOND, 1 << 20, CALLS_MAX, 100);
        connection = EtcdConnection.open(List.of(server.endpoint()), config);
        driver = new Driver();
        store = driver.connect();
        range("");
    }

    @AfterEach
    void stopEtcd() {
        if (server != null) {
            driver.close();
            connection.close();
            server.close();
        }
    }

    @Test
    void goesOnWithLeaseAndKeysWhenEtcdComesBack() throws IOException, InterruptedException {
        Lease lease = untilOk((Consumer<Reply<Lease>> then) -> store.grant(60 * SECOND, then));
        put("/worker", "here", lease.id());
        driver.run(() -> store.watch("/", 1, recorder()));
        driver.await("the watch sees the put", () -> changes.size() == 1);
        Client before = connection.client();

        server.kill();
        driver.await("the watch is lost", () -> !lost.isEmpty());
        while (connection.client().equals(before)) {
            assertThat(ask((Consumer<Reply<Lease>> then) -> store.keepAlive(lease.id(), then)))
                    .isInstanceOf(Reply.Unavailable.class);
        }
        server.restart();

        Lease kept = untilOk((Consumer<Reply<Lease>> then) -> store.keepAlive(lease.id(), then));
        Listing listing = range("/");
        assertThat(kept).isEqualTo(lease);
        assertThat(listing.entries()).extracting(Entry::value).containsExactly("here");
        assertThat(lost).hasSize(1);
        assertThat(changes).hasSize(1);
    }

    @Test
    void answersOnceWhenEtcdStandsStill() throws IOException, InterruptedException {
        server.signal("STOP");
        driver.run(() -> {
            store.range("", replies::add);
            store.grant(SECOND, replies::add);
            store.watch("", 1, recorder());
        });
        driver.await("both calls are answered", () -> replies.size() == 2);
        driver.await("the watch is lost", () -> !lost.isEmpty());
        assertThat(replies).allMatch(reply -> reply instanceof Reply.Unavailable<?>);
        assertThat(lost).containsExactly("not confirmed in 1000 ms");

        server.signal("CONT");
        put("/late", "", 0);

        assertThat(replies).hasSize(2);
        assertThat(lost).hasSize(1);
        assertThat(changes).isEmpty();
    }

    @Test
    void answersOneCallTooManyAtOnce() throws IOException, InterruptedException {
        List<Reply<Listing>> waiting = new CopyOnWriteArrayList<>();
        server.signal("STOP");
        driver.run(() -> {
            for (int i = 0; i < CALLS_MAX; i++) {
                store.range("", waiting::add);
            }
            store.range("", replies::add);
            assertThat(replies).isEmpty();
        });

        driver.await("it is answered", () -> !replies.isEmpty());
        assertThat(replies).containsExactly(new Reply.Unavailable<>("8 calls wait for an answer"));

        driver.await("the others are answered", () -> waiting.size() == CALLS_MAX);
        server.signal("CONT");
        range("");
    }

    @Test
    void losesItsWatchesWhenTheConnectionIsClosed() {
        driver.run(() -> store.watch("", 1, recorder()));
        put("/a", "", 0);
        driver.await("the watch stands", () -> !changes.isEmpty());

        connection.close();

        driver.await("the watch is lost", () -> !lost.isEmpty());
        assertThat(lost).hasSize(1);
    }

    /// Ground for [io.faultline.runtime.discovery.Transaction], which refuses these before any store sees them.
    @Test
    void wouldBeRefusedByEtcdWhatATransactionRefuses() {
        ByteSequence key = ByteSequence.from("a", UTF_8);
        Op put = Op.put(key, key, PutOption.DEFAULT);
        Op delete = Op.delete(key, DeleteOption.DEFAULT);

        assertRefused("duplicate key", put, put);
        assertRefused("duplicate key", put, delete);
        assertRefused("duplicate key", delete, put);
        assertRefused("key is not provided", Op.put(ByteSequence.EMPTY, key, PutOption.DEFAULT));
        Op[] tooMany = new Op[129];
        Arrays.fill(tooMany, delete);
        assertRefused("too many operations", tooMany);
    }

    private void assertRefused(String why, Op... operations) {
        assertThatThrownBy(() -> connection
                        .client()
                        .getKVClient()
                        .txn()
                        .Then(operations)
                        .commit()
                        .get())
                .hasMessageContaining(why);
    }

    private Listing range(String prefix) {
        return untilOk((Consumer<Reply<Listing>> then) -> store.range(prefix, then));
    }

    private void put(String key, String value, long lease) {
        List<Write> writes = List.of(new Write.Put(key, value, lease));
        untilOk((Consumer<Reply<Committed>> then) -> store.transact(List.of(), writes, List.of(), then));
    }

    private <T> T untilOk(Consumer<Consumer<Reply<T>>> call) {
        for (int attempts = 0; attempts < 100; attempts++) {
            if (ask(call) instanceof Reply.Ok<T>(T value)) {
                return value;
            }
        }
        throw new AssertionError("etcd did not answer 100 calls");
    }

    private <T> Reply<T> ask(Consumer<Consumer<Reply<T>>> call) {
        List<Reply<T>> answers = new CopyOnWriteArrayList<>();
        driver.run(() -> call.accept(answers::add));
        driver.await("an answer", () -> !answers.isEmpty());
        return answers.getFirst();
    }

    private WatchListener recorder() {
        return new WatchListener() {
            @Override
            public void changed(List<Change> batch) {
                changes.addAll(batch);
            }

            @Override
            public void lost(String why) {
                lost.add(why);
            }
        };
    }

    private final class Driver extends HostStoreDriver {
        @Override
        public KeyValueStore connect() {
            return new EtcdStore(connection, loop());
        }

        @Override
        public long shortLeaseNanos() {
            return 2 * SECOND;
        }

        @Override
        public boolean compact(long revision) {
            return false;
        }
    }
}
