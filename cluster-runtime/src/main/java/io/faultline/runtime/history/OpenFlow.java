package io.faultline.runtime.history;

import io.faultline.runtime.history.FlowView.Tally;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The requests that clients wait for: those that were sent and have reached no frontend yet, and those that a
/// frontend has. Tells which of them wait for too long. Confined to the loop that feeds it.
final class OpenFlow {
    /// Of clients whose end is never told, the oldest make room.
    private static final int SENT_MAX = 20_000;

    private final Objectives objectives;
    private final Map<String, Long> sent = new LinkedHashMap<>();
    private final Map<String, Progress> open = new LinkedHashMap<>();

    OpenFlow(Objectives objectives) {
        this.objectives = objectives;
    }

    /// What a client has of one response.
    static final class Progress {
        private final String frontend;
        private final long sentNanos;
        private long lastNanos;
        private long stretchNanos;
        private int tokens;

        private Progress(String frontend, long sentNanos) {
            this.frontend = frontend;
            this.sentNanos = sentNanos;
            this.lastNanos = sentNanos;
        }

        int tokens() {
            return tokens;
        }

        /// When the last token is known to have been delivered.
        long lastNanos() {
            return lastNanos;
        }

        void advance(int total, long atNanos) {
            stretchNanos = tokens == 0 ? 0 : atNanos - lastNanos;
            tokens = total;
            lastNanos = atNanos;
        }

        /// From when on the stream stands still: progress is told every so many tokens, and a slow stream is not one
        /// that stands still.
        long stallNanos(Objectives objectives) {
            return Math.max(objectives.gapNanos(), 2 * stretchNanos);
        }
    }

    int size() {
        return open.size();
    }

    void sent(String request, long atNanos) {
        // On real threads a frontend's word of a request may be heard before its client's.
        if (!open.containsKey(request)) {
            sent.put(request, atNanos);
            if (sent.size() > SENT_MAX) {
                Iterator<String> oldest = sent.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
    }

    void received(String request, String frontend, long atNanos) {
        Long sentNanos = sent.remove(request);
        open.put(request, new Progress(frontend, sentNanos == null ? atNanos : sentNanos));
    }

    /// False when the request is not known.
    boolean firstToken(String request, long atNanos) {
        Progress progress = open.get(request);
        if (progress != null) {
            progress.advance(1, atNanos);
        }
        return progress != null;
    }

    @Nullable Progress progress(String request) {
        return open.get(request);
    }

    void end(String request) {
        sent.remove(request);
        open.remove(request);
    }

    /// Ends a request that no frontend took; false when one did.
    boolean neverArrived(String request) {
        return sent.remove(request) != null;
    }

    /// Ends the requests that a node held when it stopped, and says how many there were.
    int lostWith(String node) {
        int before = open.size();
        open.values().removeIf(p -> p.frontend.equals(node));
        return before - open.size();
    }

    FlowView view(long nowNanos, long lastTokenNanos, Tally recent, Tally window) {
        int unreached = 0;
        int waiting = 0;
        int stalled = 0;
        long longestWait = 0;
        long longestStall = 0;
        for (long sentNanos : sent.values()) {
            long wait = nowNanos - sentNanos;
            longestWait = Math.max(longestWait, wait);
            unreached += wait > objectives.gapNanos() ? 1 : 0;
        }
        for (Progress p : open.values()) {
            long still = nowNanos - p.lastNanos;
            if (p.tokens == 0) {
                longestWait = Math.max(longestWait, nowNanos - p.sentNanos);
                waiting += nowNanos - p.sentNanos > objectives.ttftNanos() ? 1 : 0;
            } else if (still > p.stallNanos(objectives)) {
                stalled++;
                longestStall = Math.max(longestStall, still);
            }
        }
        return new FlowView(
                objectives, unreached, waiting, longestWait, stalled, longestStall, lastTokenNanos, recent, window);
    }
}
