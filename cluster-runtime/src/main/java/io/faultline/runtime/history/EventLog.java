package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.List;

/// The most recent part of the event stream, bounded by a number of events: the oldest make room. Confined to the
/// loop that feeds it.
public final class EventLog implements Fold {
    private final ClusterEvent[] ring;
    private long first;
    private long next;

    /// @param eventsMax how many events are kept, at least 1
    public EventLog(int eventsMax) {
        Invariants.check(eventsMax > 0, "an event log keeps at least 1 event, not %s", eventsMax);
        this.ring = new ClusterEvent[eventsMax];
    }

    @Override
    public void apply(ClusterEvent event) {
        Invariants.check(
                next == 0 || event.sequence() == next, "event %s came where %s was due", event.sequence(), next);
        if (next == 0) {
            first = event.sequence();
        }
        ring[(int) (event.sequence() % ring.length)] = event;
        next = event.sequence() + 1;
        first = Math.max(first, next - ring.length);
    }

    /// Sequence number of the oldest event that is still here.
    public long oldest() {
        return first;
    }

    /// Sequence number that the next event will get; 0 before the first.
    public long end() {
        return next;
    }

    /// The events from `fromSequence` (or the oldest kept) on, at most `limit`, in order.
    public List<ClusterEvent> from(long fromSequence, int limit) {
        long start = Math.max(fromSequence, first);
        List<ClusterEvent> events = new ArrayList<>((int) Math.max(0, Math.min(limit, next - start)));
        for (long s = start; s < next && events.size() < limit; s++) {
            events.add(ring[(int) (s % ring.length)]);
        }
        return events;
    }
}
