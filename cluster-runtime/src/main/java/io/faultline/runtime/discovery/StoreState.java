package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Condition;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What a store knows, and nothing of who asks: a deterministic state machine that behaves as etcd 3.4 does. Time is
/// passed in; nothing happens by itself; what changed comes back as a value.
///
/// - The revision starts at 1 and grows by one for each transaction, ended lease or revocation that changed a key,
///   never otherwise. All changes of one of them carry the same revision.
/// - A key that hangs on a lease is deleted when the lease ends. Writing it again moves it to the lease of that write.
/// - A write that fails changes nothing.
///
/// Confined to one loop. It expires nothing unless [#expire] is called: the owner does so before it asks anything
/// else, and when [#nextExpiryNanos] has come.
public final class StoreState {
    private final StoreConfig config;
    private final TreeMap<String, Entry> entries = new TreeMap<>(KeyOrder.BY_CODE_POINT);
    private final LeaseTable leases = new LeaseTable();
    private final ChangeLog log;
    private long revision = 1;

    public StoreState(StoreConfig config) {
        this.config = config;
        this.log = new ChangeLog(config.historyChangesMax());
    }

    public StoreConfig config() {
        return config;
    }

    public long revision() {
        return revision;
    }

    /// The entries whose key starts with `prefix`, in order of their keys; the empty prefix lists all.
    public Listing range(String prefix) {
        List<Entry> found = new ArrayList<>();
        for (Entry entry : entries.tailMap(prefix, true).values()) {
            if (!entry.key().startsWith(prefix)) {
                break;
            }
            found.add(entry);
        }
        return new Listing(revision, List.copyOf(found));
    }

    /// [Reply.NotFound] when a put of the branch to be written names an unknown lease; [Reply.Unavailable] when the
    /// store is full.
    public Step<Committed> transact(Transaction transaction) {
        boolean succeeded = transaction.conditions().stream().allMatch(this::holds);
        List<Write> writes = succeeded ? transaction.success() : transaction.failure();
        int newKeys = 0;
        for (Write write : writes) {
            if (write instanceof Write.Put put) {
                if (put.lease() != 0 && leases.find(put.lease()) == null) {
                    return Step.unchanged(new Reply.NotFound<>());
                }
                newKeys += entries.containsKey(put.key()) ? 0 : 1;
            }
        }
        if (newKeys > 0 && entries.size() + newKeys > config.keysMax()) {
            return Step.unchanged(
                    new Reply.Unavailable<>("the store holds its limit of " + config.keysMax() + " keys"));
        }
        List<Change> changes = write(writes);
        return new Step<>(new Reply.Ok<>(new Committed(succeeded, revision)), changes);
    }

    public Step<Lease> grant(long ttlNanos, long now) {
        Invariants.check(ttlNanos > 0, "a lease lasts more than 0 ns, not %s", ttlNanos);
        if (leases.size() >= config.leasesMax()) {
            return Step.unchanged(
                    new Reply.Unavailable<>("the store holds its limit of " + config.leasesMax() + " leases"));
        }
        LeaseTable.Held held = leases.grant(config.grantedNanos(ttlNanos), now);
        return Step.unchanged(new Reply.Ok<>(new Lease(held.id(), held.ttlNanos())));
    }

    /// Gives the lease its full time again. One that is due has ended, whether or not [#expire] was called yet.
    public Step<Lease> keepAlive(long lease, long now) {
        LeaseTable.Held held = leases.find(lease);
        if (held == null || held.isDue(now)) {
            return Step.unchanged(new Reply.NotFound<>());
        }
        leases.renew(held, now);
        return Step.unchanged(new Reply.Ok<>(new Lease(held.id(), held.ttlNanos())));
    }

    public Step<Lease> revoke(long lease) {
        LeaseTable.Held held = leases.find(lease);
        if (held == null) {
            return Step.unchanged(new Reply.NotFound<>());
        }
        return new Step<>(new Reply.Ok<>(new Lease(lease, 0)), end(held));
    }

    /// Ends the leases whose time is over, the longest overdue first, ties by id; one revision for each that held
    /// keys.
    public List<EndedLease> expire(long now) {
        List<EndedLease> ended = new ArrayList<>();
        for (LeaseTable.Held held : leases.due(now)) {
            ended.add(new EndedLease(held.id(), end(held)));
        }
        return List.copyOf(ended);
    }

    /// When [#expire] will have something to do, [Long#MAX_VALUE] when never.
    public long nextExpiryNanos() {
        return leases.nextExpiryNanos();
    }

    /// Gives every lease its full time again, for a store that was away or stood still: its clients could not reach
    /// it meanwhile.
    public void renewAll(long now) {
        leases.renewAll(now);
    }

    /// The past as a watch from `fromRevision` has to see it. A revision up to [Replay.Compacted#revision] is gone.
    public Replay replay(String prefix, long fromRevision) {
        long from = Math.max(1, fromRevision);
        if (from <= log.compactedRevision()) {
            return new Replay.Compacted(log.compactedRevision());
        }
        return new Replay.Changes(List.copyOf(log.since(prefix, from)));
    }

    /// Forgets the history up to and with `upTo`, an existing revision. Entries stay.
    public void compact(long upTo) {
        Invariants.check(upTo <= revision, "revision %s to compact is after the present one, %s", upTo, revision);
        log.compact(upTo);
    }

    private boolean holds(Condition condition) {
        Entry entry = entries.get(condition.key());
        return condition.modRevision() == (entry == null ? 0 : entry.modRevision());
    }

    private List<Change> end(LeaseTable.Held held) {
        leases.remove(held);
        List<Write> deletes = new ArrayList<>();
        for (String key : held.keys()) {
            deletes.add(new Write.Delete(key));
        }
        return write(deletes);
    }

    private List<Change> write(List<Write> writes) {
        long next = revision + 1;
        List<Change> changes = new ArrayList<>();
        for (Write write : writes) {
            switch (write) {
                case Write.Put put -> changes.add(put(put, next));
                case Write.Delete delete -> delete(delete.key(), next, changes);
            }
        }
        if (!changes.isEmpty()) {
            revision = next;
            log.append(changes);
        }
        return List.copyOf(changes);
    }

    private Change put(Write.Put put, long at) {
        Entry old = entries.get(put.key());
        if (old != null) {
            detach(old);
        }
        long created = old == null ? at : old.createRevision();
        long version = old == null ? 1 : old.version() + 1;
        entries.put(put.key(), new Entry(put.key(), put.value(), created, at, version, put.lease()));
        if (put.lease() != 0) {
            leases.findOrThrow(put.lease()).attach(put.key());
        }
        return new Change(put.key(), put.value(), at, put.lease());
    }

    private void delete(String key, long at, List<Change> changes) {
        Entry old = entries.remove(key);
        if (old != null) {
            detach(old);
            changes.add(new Change(key, null, at, 0));
        }
    }

    private void detach(Entry entry) {
        LeaseTable.Held held = leases.find(entry.lease());
        if (held != null) {
            held.detach(entry.key());
        }
    }

    /// What one request came to.
    ///
    /// @param reply for who asked
    /// @param changes for who watches; all of one revision, in order; empty when nothing changed
    public record Step<T>(Reply<T> reply, List<Change> changes) {
        static <T> Step<T> unchanged(Reply<T> reply) {
            return new Step<>(reply, List.of());
        }
    }

    /// A lease whose time ran out, and the deletions that followed, all of one revision.
    public record EndedLease(long lease, List<Change> changes) {}

    /// The answer to a question about the past.
    public sealed interface Replay {
        record Changes(List<Change> changes) implements Replay {}

        /// The history up to and with `revision` is gone.
        record Compacted(long revision) implements Replay {}
    }
}
