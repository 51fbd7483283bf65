package io.faultline.runtime.router;

import io.faultline.runtime.discovery.Instance;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.event.RoutingEvent.ResyncCause;
import io.faultline.runtime.kv.KvEvent;
import io.faultline.runtime.kv.KvIndex;
import io.faultline.runtime.kv.KvSubscription;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Transport;
import java.util.BitSet;
import java.util.Collection;
import java.util.TreeMap;

/// The workers in discovery, each with its connection and its number in the index. Numbers are dense: that of a worker
/// that left goes to the next one that comes. Confined to the router's loop.
final class WorkerTable {
    private final NodeLoop loop;
    private final Transport transport;
    private final RouterConfig config;
    private final EventSink events;
    private final Runnable onSynced;
    private final KvIndex index = new KvIndex();
    private final TreeMap<Long, WorkerLink> links = new TreeMap<>();
    private final BitSet slots = new BitSet();
    private long stored;
    private long removed;
    private long cleared;
    private long repeated;

    /// @param onSynced runs whenever a worker's cache was heard of
    WorkerTable(NodeLoop loop, Transport transport, RouterConfig config, EventSink events, Runnable onSynced) {
        this.loop = loop;
        this.transport = transport;
        this.config = config;
        this.events = events;
        this.onSynced = onSynced;
    }

    void add(Instance instance) {
        int slot = slots.nextClearBit(0);
        if (links.containsKey(instance.id()) || slot == KvIndex.WORKERS_MAX) {
            return;
        }
        slots.set(slot);
        WorkerLink link = new WorkerLink(loop, transport, config, index, instance, slot, new Heard(instance.id()));
        links.put(instance.id(), link);
        link.connect();
    }

    void remove(Instance instance) {
        WorkerLink link = links.remove(instance.id());
        if (link != null) {
            link.close();
            slots.clear(link.slot());
        }
    }

    void close() {
        links.values().forEach(WorkerLink::close);
        links.clear();
    }

    /// By instance.
    Collection<WorkerLink> all() {
        return links.values();
    }

    int synced() {
        return (int) links.values().stream().filter(WorkerLink::isSynced).count();
    }

    /// Leading blocks of a prompt that each worker holds, by slot.
    int[] overlaps(long[] blocks) {
        int[] overlaps = new int[slots.length()];
        index.match(blocks, overlaps);
        return overlaps;
    }

    /// What the index says that an instance holds, in ascending order.
    long[] blocksOf(long instance) {
        WorkerLink link = links.get(instance);
        return link == null ? new long[0] : index.blocksOf(link.slot());
    }

    boolean follows(long instance) {
        WorkerLink link = links.get(instance);
        return link != null && link.isSynced();
    }

    RoutingEvent.RouterObserved observe(int sequences) {
        return new RoutingEvent.RouterObserved(
                links.size(), synced(), index.size(), sequences, stored, removed, cleared, repeated);
    }

    private final class Heard implements KvSubscription.Listener {
        private final long instance;

        Heard(long instance) {
            this.instance = instance;
        }

        @Override
        public void resynced(KvSubscription.Cause cause, int blocks, long missed, long tookNanos) {
            ResyncCause because = switch (cause) {
                case NEW -> ResyncCause.NEW_WORKER;
                case GAP -> ResyncCause.GAP;
                case RESTARTED -> ResyncCause.RESTARTED;
                case RECONNECTED -> ResyncCause.RECONNECTED;
            };
            events.emit(new RoutingEvent.KvIndexResynced(instance, because, blocks, missed, tookNanos));
            onSynced.run();
        }

        @Override
        public void applied(KvEvent event) {
            switch (event) {
                case KvEvent.Stored _ -> stored++;
                case KvEvent.Removed _ -> removed++;
                case KvEvent.Cleared _ -> cleared++;
            }
        }

        @Override
        public void repeated(int count) {
            repeated += count;
        }
    }
}
