package io.faultline.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// What leases promise.
abstract class LeaseCases extends StoreCases {
    @Test
    void areGrantedForAtLeastTheTimeAskedFor() {
        Lease lease = grant();

        assertThat(lease.id()).isNotZero();
        assertThat(lease.ttlNanos()).isGreaterThanOrEqualTo(driver.shortLeaseNanos());
    }

    @Test
    void haveIdsOfTheirOwn() {
        assertThat(grant().id()).isNotEqualTo(grant().id());
    }

    @Test
    void getTheirFullTimeAgainWhenKeptAlive() {
        Lease lease = grant();

        Reply<Lease> kept = keepAlive(lease.id());

        assertThat(kept).isEqualTo(new Reply.Ok<>(lease));
    }

    @Test
    void takeTheirKeysWithThemWhenTheyExpire() {
        Lease lease = grant();
        put("a", "1", lease.id());
        put("b", "2", 0);
        Recorder seen = watch(store, prefix, put("c", "3", lease.id()) + 1);

        driver.await("the keys of an expired lease are deleted", () -> seen.changes.size() == 2);

        long expiry = seen.changes.getFirst().revision();
        assertThat(seen.changes).containsExactly(deleted("a", expiry), deleted("c", expiry));
        assertThat(seen.batches).containsExactly(2);
        assertThat(keys()).containsExactly(key("b"));
        assertThat(list().revision()).isEqualTo(expiry);
    }

    @Test
    void liveOnWhileTheyAreKeptAlive() {
        Lease kept = grant();
        Lease left = grant();
        put("kept", "1", kept.id());
        long from = put("left", "1", left.id()) + 1;
        Recorder seen = watch(store, prefix, from);
        List<Reply<Lease>> answers = new CopyOnWriteArrayList<>();
        driver.run(() -> keepAliveAgainAndAgain(kept, seen, answers));

        driver.await("the lease that nobody keeps alive expires", () -> !seen.changes.isEmpty());

        assertThat(seen.changes).extracting(Change::key).containsExactly(key("left"));
        assertThat(keys()).containsExactly(key("kept"));
        assertThat(answers).isNotEmpty().allMatch(answer -> answer instanceof Reply.Ok<Lease>);
    }

    private void keepAliveAgainAndAgain(Lease lease, Recorder until, List<Reply<Lease>> answers) {
        if (until.changes.isEmpty()) {
            store.keepAlive(lease.id(), answers::add);
            driver.loop().after(lease.ttlNanos() / 4, () -> keepAliveAgainAndAgain(lease, until, answers));
        }
    }

    @Test
    void areNotFoundAfterTheyExpired() {
        Lease lease = grant();
        long from = put("a", "1", lease.id()) + 1;
        Recorder seen = watch(store, prefix, from);

        driver.await("the lease expires", () -> !seen.changes.isEmpty());

        assertNotFound(keepAlive(lease.id()));
        assertNotFound(revoke(lease.id()));
        assertNotFound(write(List.of(new Write.Put(key("a"), "2", lease.id()))));
    }

    @Test
    void areNotFoundWhenTheyNeverWere() {
        long unknown = 0x7000_0000_0000_0001L;

        assertNotFound(keepAlive(unknown));
        assertNotFound(revoke(unknown));
    }

    @Test
    void areNotFoundByAPutAndThenNothingIsWritten() {
        long before = list().revision();

        Reply<Committed> reply =
                write(List.of(new Write.Put(key("a"), "1", 0), new Write.Put(key("b"), "1", 0x7000_0000_0000_0001L)));

        assertNotFound(reply);
        assertThat(list()).isEqualTo(new Listing(before, List.of()));
    }

    @Test
    void takeTheirKeysWithThemInOneRevisionWhenRevoked() {
        Lease lease = grant();
        put("b", "1", lease.id());
        long before = put("a", "1", lease.id());
        Recorder seen = watch(store, prefix, before + 1);

        Reply<Lease> revoked = revoke(lease.id());

        assertThat(revoked).isEqualTo(new Reply.Ok<>(new Lease(lease.id(), 0)));
        assertThat(list()).isEqualTo(new Listing(before + 1, List.of()));
        driver.await("both deletions are seen", () -> seen.changes.size() == 2);
        assertThat(seen.changes).containsExactly(deleted("a", before + 1), deleted("b", before + 1));
    }

    @Test
    void endOnceOnly() {
        Lease lease = grant();
        revoke(lease.id());

        assertNotFound(revoke(lease.id()));
        assertNotFound(keepAlive(lease.id()));
    }

    @Test
    void makeNoRevisionWhenTheyEndWithoutKeys() {
        Lease lease = grant();
        long before = put("a", "1", lease.id());
        delete("a");

        revoke(lease.id());

        assertThat(list().revision()).isEqualTo(before + 1);
    }

    @Test
    void holdAKeyThatTheLastPutGaveThem() {
        Lease first = grant();
        Lease second = grant();
        put("a", "1", first.id());
        put("a", "2", second.id());

        revoke(first.id());
        assertThat(list().entries()).extracting(Entry::lease).containsExactly(second.id());
        revoke(second.id());
        assertThat(keys()).isEmpty();
    }

    @Test
    void letGoOfAKeyThatIsPutWithoutALease() {
        Lease lease = grant();
        put("a", "1", lease.id());
        put("a", "2", 0);

        revoke(lease.id());

        assertThat(list().entries()).extracting(Entry::value).containsExactly("2");
    }

    @Test
    void mayHoldAKeyThatIsCreatedAgain() {
        Lease first = grant();
        put("a", "1", first.id());
        revoke(first.id());
        Lease second = grant();

        long again = put("a", "2", second.id());

        assertThat(list().entries()).containsExactly(new Entry(key("a"), "2", again, again, 1, second.id()));
    }

    @Test
    void belongToNoClient() {
        KeyValueStore other = driver.connect();
        Lease lease = grant();

        assertThat(keepAlive(other, lease.id())).isEqualTo(new Reply.Ok<>(lease));
        assertThat(revoke(other, lease.id())).isInstanceOf(Reply.Ok.class);
        assertNotFound(keepAlive(lease.id()));
    }
}
