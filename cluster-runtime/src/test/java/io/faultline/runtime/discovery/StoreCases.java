package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The words that the conformance cases are written in. A case works under a prefix of its own and compares revisions
/// only with earlier ones, so that cases may share a store.
abstract class StoreCases {
    private static final AtomicInteger CASES = new AtomicInteger();

    final String prefix = "/conformance/" + CASES.incrementAndGet() + "/";
    StoreDriver driver;
    KeyValueStore store;

    abstract StoreDriver open();

    @BeforeEach
    void connect() {
        driver = open();
        store = driver.connect();
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
    }

    final String key(String name) {
        return prefix + name;
    }

    final Change deleted(String name, long revision) {
        return new Change(key(name), null, revision, 0);
    }

    final Lease grant() {
        return ok(ask(then -> store.grant(driver.shortLeaseNanos(), then)));
    }

    final Reply<Lease> keepAlive(long lease) {
        return keepAlive(store, lease);
    }

    final Reply<Lease> keepAlive(KeyValueStore client, long lease) {
        return ask(then -> client.keepAlive(lease, then));
    }

    final Reply<Lease> revoke(long lease) {
        return revoke(store, lease);
    }

    final Reply<Lease> revoke(KeyValueStore client, long lease) {
        return ask(then -> client.revoke(lease, then));
    }

    /// The revision of the write.
    final long put(String name, String value, long lease) {
        return ok(write(List.of(new Write.Put(key(name), value, lease)))).revision();
    }

    final long delete(String name) {
        return ok(write(List.of(new Write.Delete(key(name))))).revision();
    }

    final Reply<Committed> write(List<Write> writes) {
        return transact(List.of(), writes, List.of());
    }

    final Reply<Committed> transact(List<Condition> conditions, List<Write> success, List<Write> failure) {
        return ask(then -> store.transact(conditions, success, failure, then));
    }

    final Listing list() {
        return range(store, prefix);
    }

    final Listing range(KeyValueStore client, String listed) {
        return ok(ask(then -> client.range(listed, then)));
    }

    final List<String> keys() {
        return list().entries().stream().map(Entry::key).toList();
    }

    final Recorder watch(KeyValueStore client, String watched, long fromRevision) {
        Recorder recorder = new Recorder();
        driver.run(() -> client.watch(watched, fromRevision, recorder));
        return recorder;
    }

    final <T> Reply<T> ask(Consumer<Consumer<Reply<T>>> call) {
        Answer<T> answer = new Answer<>();
        driver.run(() -> call.accept(reply -> answer.reply = reply));
        driver.await("the store answers", () -> answer.reply != null);
        return answer.reply;
    }

    static <T> T ok(Reply<T> reply) {
        assertThat(reply).isInstanceOf(Reply.Ok.class);
        return ((Reply.Ok<T>) reply).value();
    }

    static void assertNotFound(Reply<?> reply) {
        assertThat(reply).isEqualTo(new Reply.NotFound<>());
    }

    /// Written on the loop; read on the loop, and by the test once it waited for the loop.
    private static final class Answer<T> {
        private @Nullable Reply<T> reply;
    }

    /// What a watch heard. Written on the loop; the test may look while more is coming.
    static class Recorder implements WatchListener {
        final List<Change> changes = new CopyOnWriteArrayList<>();
        final List<Integer> batches = new CopyOnWriteArrayList<>();
        final List<String> lost = new CopyOnWriteArrayList<>();

        @Override
        public void changed(List<Change> batch) {
            changes.addAll(batch);
            batches.add(batch.size());
        }

        @Override
        public void lost(String why) {
            lost.add(why);
        }
    }
}
