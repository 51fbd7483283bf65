package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Committed;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The store as one would explain it: a list of all changes that ever were, and a table of leases. Everything else is
/// worked out from them by going through the whole list each time. Keys are of plain ASCII.
final class StoreModel {
    private final StoreConfig config;
    private final List<Change> history = new ArrayList<>();
    private final Map<Long, Long> ttls = new LinkedHashMap<>();
    private final Map<Long, Long> expiries = new LinkedHashMap<>();
    private long leasesEver;
    private long compacted;

    StoreModel(StoreConfig config) {
        this.config = config;
    }

    long revision() {
        return history.isEmpty() ? 1 : history.getLast().revision();
    }

    Listing range(String prefix) {
        List<Entry> entries = new ArrayList<>();
        for (String key : history.stream().map(Change::key).distinct().sorted().toList()) {
            Entry entry = null;
            for (Change change : history) {
                if (change.key().equals(key)) {
                    entry = after(entry, change);
                }
            }
            if (entry != null && key.startsWith(prefix)) {
                entries.add(entry);
            }
        }
        return new Listing(revision(), entries);
    }

    private static Entry after(Entry old, Change change) {
        if (change.value() == null) {
            return null;
        }
        long created = old == null ? change.revision() : old.createRevision();
        long version = old == null ? 1 : old.version() + 1;
        return new Entry(change.key(), change.value(), created, change.revision(), version, change.lease());
    }

    private long modRevision(String key) {
        return range(key).entries().stream()
                .filter(entry -> entry.key().equals(key))
                .mapToLong(Entry::modRevision)
                .findFirst()
                .orElse(0);
    }

    StoreState.Step<Committed> transact(Transaction transaction) {
        boolean holds = transaction.conditions().stream()
                .allMatch(condition -> modRevision(condition.key()) == condition.modRevision());
        List<Write> writes = holds ? transaction.success() : transaction.failure();
        for (Write write : writes) {
            if (write instanceof Write.Put put && put.lease() != 0 && !ttls.containsKey(put.lease())) {
                return StoreState.Step.unchanged(new Reply.NotFound<>());
            }
        }
        long keysNow = range("").entries().size();
        long created = writes.stream()
                .filter(write -> write instanceof Write.Put && modRevision(write.key()) == 0)
                .count();
        if (created > 0 && keysNow + created > config.keysMax()) {
            return StoreState.Step.unchanged(
                    new Reply.Unavailable<>("the store holds its limit of " + config.keysMax() + " keys"));
        }
        List<Change> changes = apply(writes);
        return new StoreState.Step<>(new Reply.Ok<>(new Committed(holds, revision())), changes);
    }

    private List<Change> apply(List<Write> writes) {
        long at = revision() + 1;
        List<Change> changes = new ArrayList<>();
        for (Write write : writes) {
            switch (write) {
                case Write.Put put -> changes.add(new Change(put.key(), put.value(), at, put.lease()));
                case Write.Delete delete -> {
                    boolean again =
                            changes.stream().anyMatch(change -> change.key().equals(delete.key()));
                    if (modRevision(delete.key()) != 0 && !again) {
                        changes.add(new Change(delete.key(), null, at, 0));
                    }
                }
            }
        }
        history.addAll(changes);
        trim();
        return changes;
    }

    /// The store forgets whole revisions, the oldest first, until what it remembers is within its limit.
    private void trim() {
        while (history.stream().filter(change -> change.revision() > compacted).count() > config.historyChangesMax()) {
            compacted = history.stream()
                    .mapToLong(Change::revision)
                    .filter(revision -> revision > compacted)
                    .min()
                    .orElseThrow();
        }
    }

    Reply<Lease> grant(long ttlNanos, long now) {
        long grain = config.leaseGrainNanos();
        long whole = (ttlNanos + grain - 1) / grain * grain;
        long ttl = Math.max(whole, config.leaseFloorNanos());
        long id = ++leasesEver;
        ttls.put(id, ttl);
        expiries.put(id, now + ttl);
        return new Reply.Ok<>(new Lease(id, ttl));
    }

    Reply<Lease> keepAlive(long lease, long now) {
        if (!ttls.containsKey(lease) || expiries.get(lease) <= now) {
            return new Reply.NotFound<>();
        }
        expiries.put(lease, now + ttls.get(lease));
        return new Reply.Ok<>(new Lease(lease, ttls.get(lease)));
    }

    StoreState.Step<Lease> revoke(long lease) {
        if (!ttls.containsKey(lease)) {
            return StoreState.Step.unchanged(new Reply.NotFound<>());
        }
        return new StoreState.Step<>(new Reply.Ok<>(new Lease(lease, 0)), end(lease));
    }

    List<StoreState.EndedLease> expire(long now) {
        List<Long> due = expiries.keySet().stream()
                .filter(lease -> expiries.get(lease) <= now)
                .sorted(Comparator.comparing((Long lease) -> expiries.get(lease))
                        .thenComparing(lease -> lease))
                .toList();
        List<StoreState.EndedLease> ended = new ArrayList<>();
        for (long lease : due) {
            ended.add(new StoreState.EndedLease(lease, end(lease)));
        }
        return ended;
    }

    private List<Change> end(long lease) {
        ttls.remove(lease);
        expiries.remove(lease);
        List<Write> deletes = new ArrayList<>();
        for (Entry entry : range("").entries()) {
            if (entry.lease() == lease) {
                deletes.add(new Write.Delete(entry.key()));
            }
        }
        return apply(deletes);
    }

    void renewAll(long now) {
        ttls.forEach((lease, ttl) -> expiries.put(lease, now + ttl));
    }

    long nextExpiryNanos() {
        return expiries.values().stream().mapToLong(expiry -> expiry).min().orElse(Long.MAX_VALUE);
    }

    void compact(long upTo) {
        compacted = Math.max(compacted, upTo);
    }

    StoreState.Replay replay(String prefix, long fromRevision) {
        if (Math.max(1, fromRevision) <= compacted) {
            return new StoreState.Replay.Compacted(compacted);
        }
        return new StoreState.Replay.Changes(history.stream()
                .filter(change ->
                        change.revision() >= fromRevision && change.key().startsWith(prefix))
                .toList());
    }
}
