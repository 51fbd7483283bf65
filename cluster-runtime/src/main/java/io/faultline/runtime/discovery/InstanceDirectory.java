package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyMirror.Value;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// One node's view of who is registered, made of a [KeyMirror]. While the store does not answer, the last view stays:
/// known workers are still served. Confined to the loop.
public final class InstanceDirectory {
    private final KeyMirror keys;
    private final Listener listener;
    private final TreeMap<Long, Instance> instances = new TreeMap<>();

    public InstanceDirectory(NodeLoop loop, KeyValueStore store, LeaseConfig config, Listener listener) {
        this.keys = new KeyMirror(loop, store, Instance.ROOT, config.reconcileNanos(), this::rebuild);
        this.listener = listener;
    }

    /// Told about changes, on the loop.
    public interface Listener {
        void appeared(Instance instance);

        void vanished(Instance instance);
    }

    public void start() {
        keys.start();
    }

    public void close() {
        keys.close();
    }

    /// By instance id.
    public SortedMap<Long, Instance> instances() {
        return instances;
    }

    /// True once a listing was received.
    public boolean hasListed() {
        return keys.hasListed();
    }

    /// An instance counts when both its key and its card are there.
    private void rebuild() {
        TreeMap<Long, Instance> next = new TreeMap<>();
        SortedMap<String, Value> values = keys.values();
        values.subMap(Instance.INSTANCES, Instance.INSTANCES + '\uffff').forEach((key, value) -> {
            Value card = values.get(Instance.CARDS + key.substring(Instance.INSTANCES.length()));
            if (card != null) {
                InstanceCodec.decode(value.text(), card.text()).ifPresent(i -> next.put(i.id(), i));
            }
        });
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
}
