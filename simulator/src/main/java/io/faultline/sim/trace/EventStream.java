package io.faultline.sim.trace;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.Digest;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.time.VirtualTime;
import java.util.ArrayList;
import java.util.List;

/// The one stream of a simulated cluster's events: gives each its number and its true time, chains it into the
/// digest, and shows it to every fold at once, in the order in which they subscribed. Folds must not emit.
/// Confined to the simulation's thread.
public final class EventStream {
    private final VirtualTime time;
    private final Digest digest = new Digest();
    private final List<Fold> folds = new ArrayList<>();
    private long count;

    public EventStream(VirtualTime time) {
        this.time = time;
    }

    /// Shows every event from now on to `fold`.
    public void subscribe(Fold fold) {
        folds.add(fold);
    }

    /// A node's way into the stream.
    public EventSink sinkFor(NodeId node) {
        return record -> append(node, record);
    }

    /// Events so far.
    public long count() {
        return count;
    }

    /// Digest over all events so far.
    public Digest digest() {
        return digest;
    }

    private void append(NodeId node, EventRecord record) {
        ClusterEvent event = new ClusterEvent(count++, time.nowNanos(), node, record);
        digest.add(event);
        for (int i = 0; i < folds.size(); i++) {
            folds.get(i).apply(event);
        }
    }
}
