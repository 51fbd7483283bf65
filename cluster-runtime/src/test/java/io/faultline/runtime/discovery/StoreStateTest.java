package io.faultline.runtime.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.discovery.StoreState.EndedLease;
import io.faultline.runtime.discovery.StoreState.Replay;
import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the conformance suite cannot see from outside: exact times, order of expiry, limits.
class StoreStateTest {
    private static final long SECOND = 1_000_000_000L;

    private final StoreState state = new StoreState(StoreConfig.defaults());

    @Test
    void startsAtRevisionOneAsEtcdDoes() {
        assertThat(state.revision()).isEqualTo(1);
        assertThat(state.range("").revision()).isEqualTo(1);
        assertThat(put("a", 0)).isEqualTo(2);
    }

    @Test
    void grantsWholeSecondsAndAtLeastTwo() {
        assertThat(granted(1)).isEqualTo(2 * SECOND);
        assertThat(granted(2 * SECOND)).isEqualTo(2 * SECOND);
        assertThat(granted(2 * SECOND + 1)).isEqualTo(3 * SECOND);
        assertThat(granted(10 * SECOND)).isEqualTo(10 * SECOND);
        assertThat(granted(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void grantsFinerLeasesWhenConfigured() {
        StoreState fine = new StoreState(StoreConfig.defaults().withLeaseFloor(50_000_000));

        assertThat(fine.grant(60_000_000, 0).reply()).isEqualTo(new Reply.Ok<>(new Lease(1, 100_000_000)));
    }

    @Test
    void knowsWhenTheNextLeaseEnds() {
        assertThat(state.nextExpiryNanos()).isEqualTo(Long.MAX_VALUE);
        long first = grant(5 * SECOND, 100);
        long second = grant(2 * SECOND, 100);
        assertThat(state.nextExpiryNanos()).isEqualTo(2 * SECOND + 100);

        state.keepAlive(second, 4 * SECOND / 2 + 99);
        assertThat(state.nextExpiryNanos()).isEqualTo(4 * SECOND + 99);
        state.revoke(second);
        assertThat(state.nextExpiryNanos()).isEqualTo(5 * SECOND + 100);
        state.revoke(first);
        assertThat(state.nextExpiryNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void neverEndsALeaseLongerThanTime() {
        long lease = grant(Long.MAX_VALUE, 7);

        assertThat(state.nextExpiryNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(state.expire(Long.MAX_VALUE - 1)).isEmpty();
        assertThat(state.keepAlive(lease, 8).reply()).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void endsALeaseWhenItsTimeIsOverAndNotBefore() {
        long lease = grant(2 * SECOND, 0);
        put("a", lease);

        assertThat(state.expire(2 * SECOND - 1)).isEmpty();
        assertThat(state.expire(2 * SECOND))
                .containsExactly(new EndedLease(lease, List.of(new Change("a", null, 3, 0))));
        assertThat(state.expire(2 * SECOND)).isEmpty();
    }

    @Test
    void keepsNoLeaseAliveThatIsDue() {
        long lease = grant(2 * SECOND, 0);

        assertThat(state.keepAlive(lease, 2 * SECOND).reply()).isEqualTo(new Reply.NotFound<>());
    }

    @Test
    void endsDueLeasesByTimeAndThenById() {
        long late = grant(3 * SECOND, 0);
        long early = grant(2 * SECOND, 0);
        long alsoEarly = grant(2 * SECOND, 0);
        put("early/2", early);
        put("late", late);
        put("also", alsoEarly);
        put("early/1", early);
        long before = state.revision();

        assertThat(state.expire(10 * SECOND))
                .containsExactly(
                        new EndedLease(
                                early,
                                List.of(
                                        new Change("early/1", null, before + 1, 0),
                                        new Change("early/2", null, before + 1, 0))),
                        new EndedLease(alsoEarly, List.of(new Change("also", null, before + 2, 0))),
                        new EndedLease(late, List.of(new Change("late", null, before + 3, 0))));
    }

    @Test
    void givesEveryLeaseItsFullTimeAgainAfterAnAbsence() {
        grant(2 * SECOND, 0);
        grant(5 * SECOND, 0);

        state.renewAll(60 * SECOND);

        assertThat(state.expire(62 * SECOND - 1)).isEmpty();
        assertThat(state.expire(62 * SECOND)).hasSize(1);
        assertThat(state.expire(65 * SECOND)).hasSize(1);
    }

    @Test
    void neverGivesALeaseIdTwice() {
        long first = grant(SECOND, 0);
        state.revoke(first);

        assertThat(grant(SECOND, 0)).isNotEqualTo(first);
    }

    @Test
    void compactsTheOldestRevisionsWhenItsHistoryIsFull() {
        StoreState small = new StoreState(StoreConfig.defaults().withHistoryChangesMax(3));
        put(small, "a", "b");
        put(small, "c");
        put(small, "d");

        // Four changes are one too many; revision 2 had two of them and goes as a whole.
        assertThat(small.replay("", 2)).isEqualTo(new Replay.Compacted(2));
        assertThat(small.replay("", 3))
                .isEqualTo(new Replay.Changes(List.of(new Change("c", "", 3, 0), new Change("d", "", 4, 0))));
        assertThat(small.range("").entries()).hasSize(4);
    }

    @Test
    void replaysNothingOfTheFuture() {
        put("a", 0);

        assertThat(state.replay("", 100)).isEqualTo(new Replay.Changes(List.of()));
    }

    @Test
    void takesAWatchFromBelowTheFirstRevisionForOneOfEverything() {
        put("a", 0);

        assertThat(state.replay("", 0)).isEqualTo(new Replay.Changes(List.of(new Change("a", "", 2, 0))));
    }

    @Test
    void compactsNoRevisionThatIsStillToCome() {
        assertThatThrownBy(() -> state.compact(2)).isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void refusesANewKeyWhenFullAndTakesChangesOfOldOnes() {
        StoreState full = new StoreState(new StoreConfig(SECOND, SECOND, SECOND, 100, 2, 1, 1));
        put(full, "a", "b");

        assertThat(put(full, "c").reply()).isEqualTo(new Reply.Unavailable<>("the store holds its limit of 2 keys"));
        assertThat(full.revision()).isEqualTo(2);
        assertThat(put(full, "a").reply()).isEqualTo(new Reply.Ok<>(new Committed(true, 3)));
        full.transact(new Transaction(List.of(), List.of(new Write.Delete("b")), List.of()));
        assertThat(put(full, "c").reply()).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void refusesALeaseWhenItHasItsLimit() {
        StoreState full = new StoreState(new StoreConfig(SECOND, SECOND, SECOND, 100, 2, 1, 1));
        full.grant(SECOND, 0);

        assertThat(full.grant(SECOND, 0).reply())
                .isEqualTo(new Reply.Unavailable<>("the store holds its limit of 1 leases"));
        full.expire(SECOND);
        assertThat(full.grant(SECOND, SECOND).reply()).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void ordersKeysAsTheirBytesInUtf8() {
        List<String> keys = new ArrayList<>(List.of(
                "a",
                "",
                "aa",
                "\u007F",
                "\u0080",
                "\u07FF",
                "\u0800",
                "\uD7FF",
                "\uE000",
                "\uFFFF",
                "\uD800\uDC00",
                "\uDBFF\uDFFF",
                "a\uD83D\uDE00",
                "a\uD83D\uDE01",
                "a\uFFFD"));
        List<String> byBytes = new ArrayList<>(keys);
        byBytes.sort((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
        Collections.reverse(keys);

        keys.sort(KeyOrder.BY_CODE_POINT);

        assertThat(keys).isEqualTo(byBytes);
    }

    @Test
    void refusesTransactionsThatNoStoreTakes() {
        List<Write> tooMany = Collections.nCopies(Transaction.OPERATIONS_MAX + 1, new Write.Delete("a"));

        assertThatThrownBy(() -> new Transaction(List.of(), tooMany, List.of())).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> new Transaction(List.of(new Condition("", 0)), List.of(), List.of()))
                .isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> new Transaction(List.of(), List.of(), List.of(new Write.Put("", "", 0))))
                .isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new StoreConfig(3, 2, 1, 1, 1, 1, 1)).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> new StoreConfig(0, 1, 1, 1, 1, 1, 1)).isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> StoreConfig.defaults().withHistoryChangesMax(0))
                .isInstanceOf(BrokenInvariant.class);
    }

    @Test
    void showsAnEntryAsItWasWritten() {
        long lease = grant(SECOND, 0);
        put("a", 0);
        put("a", lease);

        assertThat(state.range("a").entries()).containsExactly(new Entry("a", "", 2, 3, 2, lease));
    }

    private long granted(long wishedNanos) {
        return ((Reply.Ok<Lease>) state.grant(wishedNanos, 0).reply()).value().ttlNanos();
    }

    private long grant(long ttlNanos, long now) {
        return ((Reply.Ok<Lease>) state.grant(ttlNanos, now).reply()).value().id();
    }

    private long put(String key, long lease) {
        Transaction transaction = new Transaction(List.of(), List.of(new Write.Put(key, "", lease)), List.of());
        return ((Reply.Ok<Committed>) state.transact(transaction).reply())
                .value()
                .revision();
    }

    private static StoreState.Step<Committed> put(StoreState state, String... keys) {
        List<Write> puts = new ArrayList<>();
        for (String key : keys) {
            puts.add(new Write.Put(key, "", 0));
        }
        return state.transact(new Transaction(List.of(), puts, List.of()));
    }
}
