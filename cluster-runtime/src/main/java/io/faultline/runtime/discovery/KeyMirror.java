package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Watch;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One node's copy of the keys under a prefix: a listing, kept up to date by a watch from the listing's revision
/// on, and compared with a fresh listing every `reconcileNanos`, because a watch can miss changes without saying
/// so. While the store does not answer, the last copy stays. Confined to the loop.
public final class KeyMirror {
    private final NodeLoop loop;
    private final KeyValueStore store;
    private final String prefix;
    private final long reconcileNanos;
    private final Runnable changed;
    private final TreeMap<String, Value> values = new TreeMap<>();
    private long revision;
    private @Nullable Watch watch;
    private NodeLoop.Timer reconcile = () -> {};
    private boolean listed;
    private boolean closed;

    /// @param revision of the write that made it
    public record Value(String text, long revision) {}

    /// @param changed runs after every difference, and after the first listing in any case
    public KeyMirror(NodeLoop loop, KeyValueStore store, String prefix, long reconcileNanos, Runnable changed) {
        this.loop = loop;
        this.store = store;
        this.prefix = prefix;
        this.reconcileNanos = reconcileNanos;
        this.changed = changed;
    }

    public void start() {
        list();
    }

    public void close() {
        closed = true;
        reconcile.cancel();
        closeWatch();
    }

    /// True once a listing was received.
    public boolean hasListed() {
        return listed;
    }

    public SortedMap<String, Value> values() {
        return values;
    }

    /// What a write must find to be the next after what is known here; 0 = no such key.
    public long revisionOf(String key) {
        Value value = values.get(key);
        return value == null ? 0 : value.revision();
    }

    /// The number that a key holds, or `otherwise` when there is no such key or no number in it.
    public long number(String key, long otherwise) {
        Value value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(value.text().strip());
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }

    /// Lists now, because an answer said that the copy is old.
    public void refresh() {
        list();
    }

    private void list() {
        if (closed) {
            return;
        }
        reconcile.cancel();
        reconcile = loop.after(reconcileNanos, this::list);
        store.range(prefix, reply -> {
            if (!closed && reply instanceof Reply.Ok<Listing>(Listing listing)) {
                onListing(listing);
            }
        });
    }

    private void onListing(Listing listing) {
        boolean first = !listed;
        listed = true;
        if (listing.revision() < revision) {
            // Older than what the watch has told already (a late answer): the watch is right.
            return;
        }
        TreeMap<String, Value> fresh = new TreeMap<>();
        for (Entry entry : listing.entries()) {
            fresh.put(entry.key(), new Value(entry.value(), entry.modRevision()));
        }
        revision = listing.revision();
        boolean differs = !fresh.equals(values);
        values.clear();
        values.putAll(fresh);
        if (watch == null) {
            watch = store.watch(prefix, revision + 1, new WatchListener() {
                @Override
                public void changed(List<Change> changes) {
                    onChanges(changes);
                }

                @Override
                public void lost(String why) {
                    closeWatch();
                    list();
                }
            });
        }
        if (first || differs) {
            changed.run();
        }
    }

    private void onChanges(List<Change> changes) {
        boolean any = false;
        for (Change change : changes) {
            if (change.revision() <= revision) {
                continue;
            }
            any = true;
            if (change.value() == null) {
                values.remove(change.key());
            } else {
                values.put(change.key(), new Value(change.value(), change.revision()));
            }
        }
        if (any) {
            revision = Math.max(revision, changes.getLast().revision());
            changed.run();
        }
    }

    private void closeWatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
