package io.faultline.runtime.health;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Probes the loop of every running node and records which ones stop answering, as a liveness probe does. A process
/// that is frozen breaks no connection, and one that is idle has no peer that would miss it.
///
/// Only time in which the watch itself was on time counts, so that a machine without processor time to spare makes no
/// node unresponsive. Confined to the operator's loop.
public final class LivenessWatch {
    private final NodeLoop own;
    private final LivenessConfig config;
    private final Supplier<List<Probed>> running;
    private final EventSink events;
    private final Map<NodeId, Probe> probes = new LinkedHashMap<>();
    private long lastNanos;

    /// @param loop of the node's current life
    public record Probed(NodeId node, NodeLoop loop) {}

    private static final class Probe {
        private final NodeLoop loop;
        private boolean waiting;
        private long silentNanos;
        private boolean unresponsive;

        Probe(NodeLoop loop) {
            this.loop = loop;
        }
    }

    /// @param running the nodes that have a process now
    /// @param events the operator's
    public LivenessWatch(NodeLoop own, LivenessConfig config, Supplier<List<Probed>> running, EventSink events) {
        this.own = own;
        this.config = config;
        this.running = running;
        this.events = events;
    }

    /// Begins to probe; goes on until the loop ends.
    public void start() {
        lastNanos = own.now();
        look();
    }

    private void look() {
        long now = own.now();
        long listened = Math.min(now - lastNanos, config.periodNanos());
        lastNanos = now;
        Set<NodeId> seen = new LinkedHashSet<>();
        for (Probed probed : running.get()) {
            seen.add(probed.node());
            look(probed, listened);
        }
        probes.keySet().retainAll(seen);
        own.after(config.periodNanos(), this::look);
    }

    /// A new life has a loop of its own, which is probed anew.
    @SuppressWarnings("ReferenceEquality") // identity is what tells one life from another
    private void look(Probed probed, long listened) {
        Probe known = probes.get(probed.node());
        Probe probe = known != null && known.loop == probed.loop() ? known : new Probe(probed.loop());
        probes.put(probed.node(), probe);
        if (!probe.waiting) {
            probe.waiting = true;
            probe.silentNanos = 0;
            probe.loop.post(() -> own.post(() -> answered(probed.node(), probe)));
            return;
        }
        probe.silentNanos += listened;
        if (probe.silentNanos >= config.silentNanos() && !probe.unresponsive) {
            probe.unresponsive = true;
            events.emit(new NodeEvent.NodeUnresponsive(probed.node().value(), probe.silentNanos));
        }
    }

    private void answered(NodeId node, Probe probe) {
        probe.waiting = false;
        if (probe.unresponsive) {
            probe.unresponsive = false;
            events.emit(new NodeEvent.NodeResponsive(node.value(), probe.silentNanos));
        }
    }
}
