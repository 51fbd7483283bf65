package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Watch;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What watches promise.
abstract class WatchCases extends StoreCases {
    @Test
    void seePutsAndDeletesInOrder() {
        Lease lease = grant();
        long before = list().revision();
        Recorder seen = watch(store, prefix, before + 1);

        put("b", "1", 0);
        put("a", "2", lease.id());
        delete("b");
        put("b", "", 0);

        driver.await("four changes are seen", () -> seen.changes.size() == 4);
        assertThat(seen.changes)
                .containsExactly(
                        new Change(key("b"), "1", before + 1, 0),
                        new Change(key("a"), "2", before + 2, lease.id()),
                        deleted("b", before + 3),
                        new Change(key("b"), "", before + 4, 0));
    }

    @Test
    void seeOneTransactionAtOnceInTheOrderOfItsWrites() {
        long before = put("gone", "", 0);
        Recorder seen = watch(store, prefix, before + 1);

        write(List.of(new Write.Put(key("z"), "1", 0), new Write.Delete(key("gone")), new Write.Put(key("a"), "2", 0)));

        driver.await("three changes are seen", () -> seen.changes.size() >= 3);
        assertThat(seen.batches).containsExactly(3);
        assertThat(seen.changes)
                .containsExactly(
                        new Change(key("z"), "1", before + 1, 0),
                        deleted("gone", before + 1),
                        new Change(key("a"), "2", before + 1, 0));
    }

    @Test
    void seeTheirPrefixOnly() {
        long from = list().revision() + 1;
        Recorder seen = watch(store, key("a/"), from);

        put("a", "", 0);
        put("a/1", "", 0);
        put("a0", "", 0);
        put("a/2", "", 0);

        driver.await("two changes are seen", () -> seen.changes.size() >= 2);
        assertThat(seen.changes).extracting(Change::key).containsExactly(key("a/1"), key("a/2"));
    }

    @Test
    void replayThePastFromTheirRevision() {
        put("a", "1", 0);
        long from = put("a", "2", 0);
        delete("a");
        put("b", "3", 0);

        Recorder seen = watch(store, prefix, from);

        driver.await("the past is replayed", () -> seen.changes.size() >= 3);
        assertThat(seen.changes)
                .containsExactly(
                        new Change(key("a"), "2", from, 0),
                        deleted("a", from + 1),
                        new Change(key("b"), "3", from + 2, 0));
    }

    @Test
    void joinThePastAndThePresentWithoutAGapOrADuplicate() {
        long from = put("counter", "0", 0);
        for (int i = 1; i < 20; i++) {
            put("counter", "" + i, 0);
        }

        Recorder seen = new Recorder();
        driver.run(() -> {
            // Opened between writes that are all under way at the same time.
            for (int i = 20; i < 40; i++) {
                if (i == 30) {
                    store.watch(prefix, from, seen);
                }
                String name = key("counter-" + i);
                store.transact(List.of(), List.of(new Write.Put(name, "", 0)), List.of(), reply -> {});
            }
        });

        driver.await("all changes are seen", () -> seen.changes.size() >= 40);
        long next = from;
        for (Change change : seen.changes) {
            assertThat(change.revision()).isEqualTo(next++);
        }
        assertThat(seen.changes).hasSize(40);
    }

    @Test
    void mayStartInTheFuture() {
        long now = put("a", "1", 0);
        Recorder seen = watch(store, prefix, now + 3);
        Recorder all = watch(store, prefix, now + 1);

        for (int i = 1; i <= 4; i++) {
            put("a", "later " + i, 0);
        }

        driver.await("the future has come", () -> seen.changes.size() >= 2 && all.changes.size() >= 4);
        assertThat(seen.changes).extracting(Change::revision).containsExactly(now + 3, now + 4);
    }

    @Test
    void ofTwoClientsSeeTheSame() {
        long from = list().revision() + 1;
        Recorder mine = watch(store, prefix, from);
        Recorder theirs = watch(driver.connect(), prefix, from);

        put("a", "1", 0);
        delete("a");

        driver.await("both see it", () -> mine.changes.size() >= 2 && theirs.changes.size() >= 2);
        assertThat(mine.changes).hasSize(2).isEqualTo(theirs.changes);
    }

    @Test
    void ofOneClientAreIndependent() {
        long from = list().revision() + 1;
        Recorder outer = watch(store, prefix, from);
        Recorder inner = watch(store, key("a"), from);

        put("a", "1", 0);
        put("b", "1", 0);

        driver.await("both see theirs", () -> outer.changes.size() >= 2 && !inner.changes.isEmpty());
        assertThat(outer.changes).extracting(Change::key).containsExactly(key("a"), key("b"));
        assertThat(inner.changes).extracting(Change::key).containsExactly(key("a"));
    }

    @Test
    void hearNothingAfterTheyWereClosed() {
        long from = list().revision() + 1;
        Recorder closed = new Recorder();
        Recorder open = watch(store, prefix, from);
        Watch[] watch = new Watch[1];
        driver.run(() -> watch[0] = store.watch(prefix, from, closed));
        put("a", "1", 0);
        driver.await("both see the first change", () -> !closed.changes.isEmpty() && !open.changes.isEmpty());

        driver.run(() -> {
            watch[0].close();
            watch[0].close();
        });
        put("a", "2", 0);
        driver.await("the open watch sees the second", () -> open.changes.size() >= 2);
        list();

        assertThat(closed.changes).hasSize(1);
        assertThat(closed.lost).isEmpty();
    }

    @Test
    void mayBeClosedFromTheirListener() {
        long from = put("a", "1", 0);
        put("a", "2", 0);
        Watch[] watch = new Watch[1];
        Recorder closed = new Recorder() {
            @Override
            public void changed(List<Change> changes) {
                super.changed(changes);
                watch[0].close();
            }
        };
        driver.run(() -> watch[0] = store.watch(prefix, from, closed));
        driver.await("the past is replayed", () -> !closed.changes.isEmpty());
        int heard = closed.changes.size();
        Recorder open = watch(store, prefix, from);

        put("a", "3", 0);
        driver.await("the open watch sees the third", () -> open.changes.size() >= 3);
        list();

        assertThat(closed.changes).hasSize(heard);
        assertThat(closed.lost).isEmpty();
    }

    @Test
    void areLostWhenTheirPastWasCompacted() {
        long from = put("a", "1", 0);
        put("a", "2", 0);
        long last = put("a", "3", 0);
        assumeTrue(driver.compact(last), "this store cannot be made to compact its history");

        Recorder tooOld = watch(store, prefix, from);
        Recorder after = watch(store, prefix, last + 1);

        driver.await("the watch is lost", () -> !tooOld.lost.isEmpty());
        long next = put("a", "4", 0);
        driver.await("the newer watch goes on", () -> !after.changes.isEmpty());
        list();
        assertThat(tooOld.lost).hasSize(1);
        assertThat(tooOld.changes).isEmpty();
        assertThat(after.changes).containsExactly(new Change(key("a"), "4", next, 0));
        assertThat(list().entries()).containsExactly(new Entry(key("a"), "4", from, next, 4, 0));
    }
}
