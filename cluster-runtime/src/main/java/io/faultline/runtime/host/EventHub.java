package io.faultline.runtime.host;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Brings the records of all nodes into one stream: numbers them in the order of their arrival and feeds the folds,
/// all on the operator's loop. Records of one node keep their order. Sinks may be used from any thread.
public final class EventHub {
    private final NodeLoop operatorLoop;
    private final List<Fold> folds = new ArrayList<>();
    private final Queue<Said> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainPosted = new AtomicBoolean();
    private long nextSequence;
    private long lastNanos;

    private record Said(NodeId node, long atNanos, EventRecord record) {}

    public EventHub(NodeLoop operatorLoop) {
        this.operatorLoop = operatorLoop;
    }

    /// Adds a fold that hears everything from now on. On the operator's loop.
    public void subscribe(Fold fold) {
        folds.add(fold);
    }

    public void unsubscribe(Fold fold) {
        folds.remove(fold);
    }

    /// A node's way into the stream; `loop` says when something happened.
    public EventSink sinkFor(NodeId node, NodeLoop loop) {
        return record -> {
            inbox.add(new Said(node, loop.now(), record));
            if (drainPosted.compareAndSet(false, true)) {
                operatorLoop.post(this::drain);
            }
        };
    }

    private void drain() {
        drainPosted.set(false);
        for (Said said = inbox.poll(); said != null; said = inbox.poll()) {
            // Nodes read the clock before they queue here, so that one may overtake another by a little; the
            // stream's time never goes back.
            lastNanos = Math.max(lastNanos, said.atNanos);
            ClusterEvent event = new ClusterEvent(nextSequence++, lastNanos, said.node, said.record);
            for (Fold fold : List.copyOf(folds)) {
                fold.apply(event);
            }
        }
    }
}
