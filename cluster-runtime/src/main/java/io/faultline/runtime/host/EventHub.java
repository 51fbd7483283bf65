package io.faultline.runtime.host;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// Brings the records of all nodes into one stream: numbers them in the order of their arrival and feeds the folds,
/// all on the operator's loop. Records of one node keep their order. Sinks may be used from any thread.
public final class EventHub {
    /// Waking the operator's thread for every record cost a busy frontend a twelfth of its processor time, and at
    /// every 5 ms it was still to be seen. Nobody notices metrics that are so much older.
    private static final long GATHER_NANOS = 25_000_000L;

    private final NodeLoop operatorLoop;
    private final long gatherNanos;
    private final List<Fold> folds = new CopyOnWriteArrayList<>();
    private final Queue<Said> inbox = new ConcurrentLinkedQueue<>();
    /// True while a [#drain] is to come.
    private final AtomicBoolean awake = new AtomicBoolean();
    private long nextSequence;
    private long lastNanos;

    private record Said(NodeId node, long atNanos, EventRecord record) {}

    /// Every record is passed on as soon as the operator's loop gets to it.
    public EventHub(NodeLoop operatorLoop) {
        this(operatorLoop, 0);
    }

    private EventHub(NodeLoop operatorLoop, long gatherNanos) {
        this.operatorLoop = operatorLoop;
        this.gatherNanos = gatherNanos;
    }

    /// For a process, where the folds count and record but nobody acts on them at once: a record that comes alone is
    /// passed on at once, those that follow it within [#GATHER_NANOS] together.
    public static EventHub gathering(NodeLoop operatorLoop) {
        return new EventHub(operatorLoop, GATHER_NANOS);
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
            wake();
        };
    }

    private void wake() {
        if (awake.compareAndSet(false, true)) {
            operatorLoop.post(this::drain);
        }
    }

    private void drain() {
        if (gatherNanos > 0 && flush() > 0) {
            operatorLoop.after(gatherNanos, this::drain);
            return;
        }
        awake.set(false);
        if (gatherNanos == 0) {
            flush();
        } else if (!inbox.isEmpty()) {
            // Said after the look, by somebody who saw this still awake.
            wake();
        }
    }

    /// Passes on what was said until now; returns how many records that were. On the operator's loop.
    public int flush() {
        int count = 0;
        for (Said said = inbox.poll(); said != null; said = inbox.poll()) {
            // Nodes read the clock before they queue here, so that one may overtake another by a little; the
            // stream's time never goes back.
            lastNanos = Math.max(lastNanos, said.atNanos);
            ClusterEvent event = new ClusterEvent(nextSequence++, lastNanos, said.node, said.record);
            for (Fold fold : folds) {
                fold.apply(event);
            }
            count++;
        }
        return count;
    }
}
