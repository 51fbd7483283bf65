package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Entry;
import io.faultline.runtime.discovery.KeyValueStore.Listing;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.discovery.KeyValueStore.Watch;
import io.faultline.runtime.discovery.KeyValueStore.WatchListener;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One node's view of who is registered: a listing, kept up to date by a watch from the listing's revision on, and
/// compared with a fresh listing every [LeaseConfig#reconcileNanos], because a watch can miss events without
/// saying so. While the store does not answer, the last view stays: known workers are still served. Confined to the
/// loop.
public final class InstanceDirectory {
    private final NodeLoop loop;
    private final KeyValueStore store;
    private final LeaseConfig config;
    private final Listener listener;
    /// What the store holds, by key; revision of the last change applied.
    private final TreeMap<String, String> values = new TreeMap<>();
    private final TreeMap<Long, Instance> instances = new TreeMap<>();
    private long revision;
    private @Nullable Watch watch;
    private NodeLoop.Timer reconcile = () -> {};
    private boolean closed;
    private boolean synced;

    public InstanceDirectory(NodeLoop loop, KeyValueStore store, LeaseConfig config, Listener listener) {
        this.loop = loop;
        this.store = store;
        this.config = config;
        this.listener = listener;
    }

    /// Told about changes, on the loop.
    public interface Listener {
        void appeared(Instance instance);

        void vanished(Instance instance);
    }

    public void start() {
        list();
    }

    public void close() {
        closed = true;
        reconcile.cancel();
        closeWatch();
    }

    /// By instance id.
    public SortedMap<Long, Instance> instances() {
        return instances;
    }

    /// True once a listing was received.
    public boolean hasListed() {
        return synced;
    }

    private void list() {
        reconcile.cancel();
        reconcile = loop.after(config.reconcileNanos(), this::list);
        store.range(Instance.ROOT, reply -> {
            if (!closed && reply instanceof Reply.Ok<Listing>(Listing listing)) {
                onListing(listing);
            }
        });
    }

    private void onListing(Listing listing) {
        synced = true;
        if (listing.revision() < revision) {
            // Older than what the watch has told already (a late answer): the watch is right.
            return;
        }
        values.clear();
        for (Entry entry : listing.entries()) {
            values.put(entry.key(), entry.value());
        }
        revision = listing.revision();
        rebuild();
        if (watch == null) {
            watch = store.watch(Instance.ROOT, revision + 1, new WatchListener() {
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
                values.put(change.key(), change.value());
            }
        }
        if (any) {
            revision = Math.max(revision, changes.getLast().revision());
            rebuild();
        }
    }

    /// An instance counts when both its key and its card are there.
    private void rebuild() {
        TreeMap<Long, Instance> next = new TreeMap<>();
        for (Map.Entry<String, String> entry :
                values.subMap(Instance.INSTANCES, Instance.INSTANCES + '\uffff').entrySet()) {
            String card = values.get(Instance.CARDS + entry.getKey().substring(Instance.INSTANCES.length()));
            if (card != null) {
                InstanceCodec.decode(entry.getValue(), card).ifPresent(i -> next.put(i.id(), i));
            }
        }
        List<Instance> gone = new ArrayList<>();
        for (Instance known : instances.values()) {
            if (!next.containsKey(known.id())) {
                gone.add(known);
            }
        }
        List<Instance> fresh = new ArrayList<>();
        for (Instance instance : next.values()) {
            if (!instances.containsKey(instance.id())) {
                fresh.add(instance);
            }
        }
        instances.clear();
        instances.putAll(next);
        gone.forEach(listener::vanished);
        fresh.forEach(listener::appeared);
    }

    private void closeWatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
