package io.faultline.console.health;

import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Figures;
import io.faultline.runtime.history.HealthSnapshot.HealthSpan;
import io.faultline.runtime.history.HealthSnapshot.WorkerHealthView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The workers' health as lanes over time, in seconds of the cluster. Pure.
///
/// @param data for the chart
/// @param rows the same as a table
record HealthPicture(Map<String, Object> data, List<List<String>> rows) {
    static final List<String> COLUMNS = List.of("Worker", "From", "To", "Health", "Evidence");
    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW_SECONDS = 300;

    /// A piece of a lane.
    record Piece(int lane, double from, double to, String health, String tip) {}

    static HealthPicture of(ConsoleFrame frame) {
        // Whole seconds: the picture moves once a second, not with every frame.
        long end = frame.nowNanos() / SECOND + 1;
        long begin = Math.max(0, end - WINDOW_SECONDS);
        List<WorkerHealthView> workers = frame.health().workers().stream()
                .sorted(Comparator.comparing(WorkerHealthView::worker))
                .toList();
        List<Piece> pieces = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (int lane = 0; lane < workers.size(); lane++) {
            for (HealthSpan span : workers.get(lane).spans()) {
                double to = span.untilNanos() < 0 ? (double) end : round(span.untilNanos());
                if (to >= begin) {
                    String word = Badges.healthState(span.health()).word();
                    String from = Figures.clock(frame.at(span.fromNanos()));
                    String until = span.untilNanos() < 0 ? "now" : Figures.clock(frame.at(span.untilNanos()));
                    String worker = workers.get(lane).worker();
                    pieces.add(new Piece(
                            lane,
                            Math.max((double) begin, round(span.fromNanos())),
                            to,
                            span.health().name(),
                            worker + " " + word + ", " + from + " to " + until + ": " + span.evidence()));
                    rows.add(List.of(worker, from, until, word, span.evidence()));
                }
            }
        }
        List<String> lanes = workers.stream().map(WorkerHealthView::worker).toList();
        return new HealthPicture(Map.of("lanes", lanes, "begin", begin, "end", end, "spans", pieces), rows);
    }

    private static double round(long nanos) {
        return Math.round(nanos / 1e7) / 100.0;
    }
}
