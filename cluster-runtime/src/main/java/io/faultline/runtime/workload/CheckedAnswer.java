package io.faultline.runtime.workload;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads one answer token by token beside the expected one, which is worked out when the first token comes: a
/// refused request costs nothing. Confined to the clients' loop.
final class CheckedAnswer implements ResponseSink {
    private final String id;
    private final NodeLoop loop;
    private final EventSink events;
    private final Supplier<int[]> oracle;
    private final Listener listener;
    private final long sentNanos;
    private int @Nullable [] expected;
    private int received;
    private boolean identical = true;
    private long firstDeltaNanos = -1;
    private long lastDeltaNanos = -1;
    private long longestGapNanos;

    /// What to do with an answer that ended and was compared.
    @FunctionalInterface
    interface Listener {
        void ended(CheckedAnswer answer, Outcome outcome);
    }

    CheckedAnswer(String id, NodeLoop loop, EventSink events, Supplier<int[]> oracle, Listener listener) {
        this.id = id;
        this.loop = loop;
        this.events = events;
        this.oracle = oracle;
        this.listener = listener;
        this.sentNanos = loop.now();
    }

    @Override
    public void delta(String text, int token) {
        int[] whole = expected();
        identical &= received < whole.length && whole[received] == token;
        received++;
        long now = loop.now();
        if (lastDeltaNanos >= 0) {
            longestGapNanos = Math.max(longestGapNanos, now - lastDeltaNanos);
        } else {
            firstDeltaNanos = now;
        }
        lastDeltaNanos = now;
    }

    private int[] expected() {
        int[] known = expected;
        if (known == null) {
            known = oracle.get();
            expected = known;
        }
        return known;
    }

    @Override
    public void ended(Outcome outcome, String tail) {
        boolean completed = outcome instanceof Outcome.Completed;
        ErrorType unserved = unserved(outcome);
        if (unserved != null) {
            events.emit(new ClientEvent.RequestUnserved(id, unserved, loop.now() - sentNanos));
        }
        // An answer that broke off says nothing about its missing part; what did arrive must be right.
        if (completed || !identical) {
            boolean whole = !completed || received == expected().length;
            events.emit(new ClientEvent.AnswerChecked(id, identical && whole, received, longestGapNanos));
        }
        listener.ended(this, outcome);
    }

    private static @Nullable ErrorType unserved(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _ -> null;
            case Outcome.Cancelled _ -> ErrorType.CANCELLED;
            case Outcome.Failed(var error) -> error.type();
            case Outcome.Rejected rejected -> rejected.error().type();
        };
    }

    int received() {
        return received;
    }

    /// -1 without a delta.
    long firstDeltaNanos() {
        return firstDeltaNanos;
    }

    long lastDeltaNanos() {
        return lastDeltaNanos;
    }
}
