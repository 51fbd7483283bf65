package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyMirror.Value;
import io.faultline.runtime.seam.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KeyMirrorTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long RECONCILE_NANOS = 10 * SECOND;

    private final ManualLoop loop = new ManualLoop();
    private final KeyValueStore store = VirtualStore.clientOf(loop);
    private final Unreliable seen = new Unreliable(store);
    private final List<String> changes = new ArrayList<>();
    private final KeyMirror mirror = new KeyMirror(loop, seen, "a/", RECONCILE_NANOS, this::note);

    /// A store as a client may meet it: whose watch misses changes or ends, and whose answers come late.
    private static final class Unreliable extends DelegatingStore {
        private boolean isMissing;
        private boolean isHolding;
        private WatchListener listener;
        private int watches;
        private final List<Runnable> held = new ArrayList<>();

        Unreliable(KeyValueStore own) {
            super(own);
        }

        @Override
        public void range(String prefix, Consumer<Reply<Listing>> then) {
            super.range(prefix, reply -> {
                if (isHolding) {
                    held.add(() -> then.accept(reply));
                } else {
                    then.accept(reply);
                }
            });
        }

        @Override
        public Watch watch(String prefix, long fromRevision, WatchListener to) {
            listener = to;
            watches++;
            return super.watch(prefix, fromRevision, new WatchListener() {
                @Override
                public void changed(List<Change> changes) {
                    if (!isMissing) {
                        to.changed(changes);
                    }
                }

                @Override
                public void lost(String why) {
                    to.lost(why);
                }
            });
        }
    }

    private void note() {
        TreeMap<String, String> now = new TreeMap<>();
        mirror.values().forEach((key, value) -> now.put(key, value.text()));
        changes.add(now.toString());
    }

    private void put(String key, String value) {
        write(new KeyValueStore.Write.Put(key, value, 0));
    }

    private void write(KeyValueStore.Write write) {
        store.transact(List.of(), List.of(write), List.of(), _ -> {});
        loop.runDue();
    }

    private void start() {
        mirror.start();
        loop.runDue();
    }

    @Test
    void followsWhatHappensUnderItsPrefix() {
        put("a/1", "one");
        put("b/1", "elsewhere");
        assertThat(mirror.hasListed()).isFalse();
        start();
        assertThat(mirror.hasListed()).isTrue();
        put("a/2", "two");
        put("a/1", "uno");
        write(new KeyValueStore.Write.Delete("a/2"));
        put("b/2", "elsewhere");

        assertThat(changes).containsExactly("{a/1=one}", "{a/1=one, a/2=two}", "{a/1=uno, a/2=two}", "{a/1=uno}");
        Value value = mirror.values().get("a/1");
        assertThat(mirror.revisionOf("a/1")).isEqualTo(value.revision()).isPositive();
        assertThat(mirror.revisionOf("a/2")).isZero();
    }

    @Test
    void theFirstListingIsToldEvenIfItIsEmpty() {
        start();
        assertThat(changes).containsExactly("{}");
    }

    /// A watch can miss changes without saying so.
    @Test
    void aListingFindsWhatTheWatchMissed() {
        put("a/1", "one");
        start();
        seen.isMissing = true;
        put("a/2", "two");
        write(new KeyValueStore.Write.Delete("a/1"));
        assertThat(changes).containsExactly("{a/1=one}");

        loop.runFor(RECONCILE_NANOS);
        assertThat(changes).containsExactly("{a/1=one}", "{a/2=two}");
        loop.runFor(5 * RECONCILE_NANOS);
        assertThat(changes).as("nothing new").hasSize(2);
    }

    @Test
    void aWatchThatEndsIsMadeAgainAndNothingIsMissed() {
        start();
        seen.isMissing = true;
        put("a/1", "one");
        seen.isMissing = false;
        seen.listener.lost("compacted");
        loop.runDue();
        put("a/2", "two");

        assertThat(seen.watches).isEqualTo(2);
        assertThat(changes).containsExactly("{}", "{a/1=one}", "{a/1=one, a/2=two}");
    }

    /// What the watch has told since is newer.
    @Test
    void aLateListingTakesNothingBack() {
        start();
        seen.isHolding = true;
        mirror.refresh();
        loop.runDue();
        put("a/1", "one");
        seen.held.forEach(Runnable::run);

        assertThat(changes).containsExactly("{}", "{a/1=one}");
        assertThat(mirror.values()).containsOnlyKeys("a/1");
    }

    @Test
    void aClosedOneHearsNothing() {
        start();
        seen.isHolding = true;
        mirror.refresh();
        loop.runDue();
        mirror.close();
        put("a/1", "one");
        seen.held.forEach(Runnable::run);
        mirror.refresh();
        loop.runFor(3 * RECONCILE_NANOS);

        assertThat(changes).containsExactly("{}");
    }

    @Test
    void readsNumbers() {
        put("a/good", " 7\n");
        put("a/bad", "seven");
        start();

        assertThat(mirror.number("a/good", -1)).isEqualTo(7);
        assertThat(mirror.number("a/bad", -1)).isEqualTo(-1);
        assertThat(mirror.number("a/none", -2)).isEqualTo(-2);
    }
}
