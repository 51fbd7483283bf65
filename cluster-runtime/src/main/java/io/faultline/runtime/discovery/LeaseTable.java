package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The leases of one store, with the keys that hang on each, ordered by expiry (ties by id). Ids count up from 1 and
/// are never used again. Confined to the owner of the [StoreState]; it knows nothing of entries or revisions.
final class LeaseTable {
    private final TreeMap<Long, Held> byId = new TreeMap<>();
    private final TreeSet<Held> byExpiry = new TreeSet<>(
            Comparator.comparingLong((Held held) -> held.expiresAtNanos).thenComparingLong(held -> held.id));
    private long lastId;

    Held grant(long ttlNanos, long now) {
        Held held = new Held(++lastId, ttlNanos);
        byId.put(held.id, held);
        setExpiry(held, now);
        return held;
    }

    @Nullable Held find(long id) {
        return byId.get(id);
    }

    Held findOrThrow(long id) {
        Held held = byId.get(id);
        if (held == null) {
            throw Invariants.broken("lease %s is held by a key but not in the table", id);
        }
        return held;
    }

    void renew(Held held, long now) {
        byExpiry.remove(held);
        setExpiry(held, now);
    }

    void renewAll(long now) {
        byId.values().forEach(held -> renew(held, now));
    }

    void remove(Held held) {
        byId.remove(held.id);
        byExpiry.remove(held);
    }

    /// The leases whose time is over, the longest overdue first.
    List<Held> due(long now) {
        List<Held> due = new ArrayList<>();
        for (Held held : byExpiry) {
            if (held.expiresAtNanos > now) {
                break;
            }
            due.add(held);
        }
        return due;
    }

    /// When the next lease is due, [Long#MAX_VALUE] when there is none.
    long nextExpiryNanos() {
        return byExpiry.isEmpty() ? Long.MAX_VALUE : byExpiry.getFirst().expiresAtNanos;
    }

    int size() {
        return byId.size();
    }

    private void setExpiry(Held held, long now) {
        held.expiresAtNanos = held.ttlNanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + held.ttlNanos;
        byExpiry.add(held);
    }

    /// One lease that has not ended.
    static final class Held {
        private final long id;
        private final long ttlNanos;
        private final TreeSet<String> keys = new TreeSet<>(KeyOrder.BY_CODE_POINT);
        private long expiresAtNanos;

        private Held(long id, long ttlNanos) {
            this.id = id;
            this.ttlNanos = ttlNanos;
        }

        long id() {
            return id;
        }

        long ttlNanos() {
            return ttlNanos;
        }

        boolean isDue(long now) {
            return expiresAtNanos <= now;
        }

        void attach(String key) {
            keys.add(key);
        }

        void detach(String key) {
            keys.remove(key);
        }

        SortedSet<String> keys() {
            return keys;
        }
    }
}
