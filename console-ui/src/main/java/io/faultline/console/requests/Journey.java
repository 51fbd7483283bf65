package io.faultline.console.requests;

import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Figures;
import io.faultline.runtime.history.PrefillView;
import io.faultline.runtime.history.RequestView;
import io.faultline.runtime.history.RequestView.AttemptView;
import io.faultline.runtime.history.RequestView.ProgressPoint;
import java.util.ArrayList;
import java.util.List;

/// A request's journey as a picture: one lane for its wait and one for each worker, and the tokens below. Times are
/// milliseconds since it was received.
final class Journey {
    private Journey() {}

    /// @param kind queue, prefill, decode or gap; a hand-over looks like decode
    record Stretch(int lane, double from, double to, String kind, String tip) {}

    /// @param end of the time axis
    record Picture(List<String> lanes, List<Stretch> spans, List<double[]> points, double end) {}

    static Picture of(RequestView r, long nowNanos) {
        long end = r.endedAtNanos() < 0 ? nowNanos : r.endedAtNanos();
        List<String> lanes = new ArrayList<>(List.of(r.frontend()));
        List<Stretch> spans = new ArrayList<>();
        long free = r.receivedAtNanos();
        for (AttemptView a : r.attempts()) {
            String wait = a.number() == 0 ? "queued" : "waiting for another worker";
            add(spans, r, 0, free, a.routedAtNanos(), a.number() == 0 ? "queue" : "gap", wait);
            lanes.add(a.node().isEmpty() ? "instance " + Long.toHexString(a.instance()) : a.node());
            int lane = lanes.size() - 1;
            long stop = a.endedAtNanos() < 0 ? end : a.endedAtNanos();
            long produced = a.firstTokenAtNanos() < 0 ? stop : a.firstTokenAtNanos();
            add(spans, r, lane, a.routedAtNanos(), produced, "prefill", "until its first token");
            add(spans, r, lane, produced, stop, "decode", "streaming");
            elsewhere(spans, lanes, r, a, end);
            free = stop;
        }
        List<double[]> points = new ArrayList<>();
        for (ProgressPoint p : r.progress()) {
            points.add(new double[] {millis(r, p.atNanos()), p.tokens()});
        }
        return new Picture(lanes, spans, points, Math.max(1, millis(r, end)));
    }

    /// A prefill worker's part has a lane of its own below the decode worker's.
    private static void elsewhere(List<Stretch> spans, List<String> lanes, RequestView r, AttemptView a, long end) {
        for (PrefillView p : r.prefills()) {
            if (p.attempt() != a.number()) {
                continue;
            }
            lanes.add(p.from().isEmpty() ? "prefill queue" : p.from());
            int lane = lanes.size() - 1;
            long over = p.endedAtNanos() < 0 ? end : p.endedAtNanos();
            long taken = p.startedAtNanos() < 0 ? over : p.startedAtNanos();
            long computed = p.computedAtNanos() < 0 ? over : p.computedAtNanos();
            add(spans, r, lane, p.queuedAtNanos(), taken, "queue", "in the prefill queue");
            add(spans, r, lane, taken, computed, "prefill", "computed there");
            String handOver = switch (p.outcome()) {
                case HANDED_OVER -> p.spooledAtNanos() >= 0 ? "handed over, from the spool" : "handed over";
                case FELL_BACK -> "not handed over in time";
                case UNDER_WAY -> "waiting to be handed over";
                case WITHDRAWN, LOST -> "no longer wanted";
            };
            add(
                    spans,
                    r,
                    lane,
                    computed,
                    over,
                    p.outcome() == PrefillView.Outcome.FELL_BACK ? "gap" : "decode",
                    handOver);
        }
    }

    private static void add(
            List<Stretch> spans, RequestView r, int lane, long from, long to, String kind, String what) {
        if (to > from) {
            spans.add(
                    new Stretch(lane, millis(r, from), millis(r, to), kind, what + ": " + Figures.duration(to - from)));
        }
    }

    private static double millis(RequestView r, long nanos) {
        return (nanos - r.receivedAtNanos()) / 1e6;
    }

    static Table table(RequestView r) {
        List<List<String>> rows = new ArrayList<>();
        for (AttemptView a : r.attempts()) {
            rows.add(List.of(
                    Integer.toString(a.number() + 1),
                    a.node(),
                    after(r, a.routedAtNanos()),
                    after(r, a.firstTokenAtNanos()),
                    after(r, a.endedAtNanos()),
                    Integer.toString(a.deliveredBefore()),
                    a.brokeBecause().isEmpty() ? Figures.NONE : Figures.words(a.brokeBecause())));
        }
        return new Table(
                List.of(
                        "Attempt",
                        "Worker",
                        "Routed after",
                        "First token after",
                        "Ended after",
                        "Tokens before",
                        "Broke"),
                rows);
    }

    private static String after(RequestView r, long nanos) {
        return nanos < 0 ? Figures.NONE : Figures.duration(nanos - r.receivedAtNanos());
    }
}
