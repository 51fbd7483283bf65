package io.faultline.console.load;

import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.MainLayout;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.history.LoadSnapshot.Limit;
import io.faultline.runtime.history.LoadSnapshot.LoadSecond;
import io.faultline.runtime.history.LoadSnapshot.Thresholds;
import io.faultline.runtime.history.LoadSnapshot.WorkerLoad;
import io.faultline.runtime.request.RejectReason;
import jakarta.annotation.security.PermitAll;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How loaded are the workers, who is refused because of it, and by which rules?
@Route(value = "load", layout = MainLayout.class)
@PageTitle("Load · Faultline")
@PermitAll
public final class LoadView extends Main {
    private static final int SECONDS = 180;

    private final Chart blocks = new Chart("bars", "KV blocks in use by worker, in percent, beside the threshold");
    private final Chart prefill = new Chart("bars", "Prompt tokens to be computed by worker, beside the threshold");
    private final Chart rejections = new Chart("lines", "Rejections per second, by reason");
    private final Chart limit = new Chart("lines", "Adaptive limit of requests in flight");
    private final LiveTable workers = new LiveTable(
            "No worker has told its load yet.",
            "Worker",
            "KV blocks in use",
            "Prefill tokens",
            "Running",
            "Waiting",
            "State");
    private final LiveTable rules = new LiveTable(
            "Nothing is in force: every request is admitted as long as its frontend has room.",
            "Frontend",
            "Model",
            "Rule",
            "Value",
            "Since");
    private final ThresholdForm form;

    public LoadView(ClusterFeed feed, ClusterOperations operations) {
        this.form = new ThresholdForm(operations);
        form.setVisible(operations.may(Action.CHANGE_THRESHOLDS));
        addClassName("fl-page");
        add(
                Page.head("Load", "How loaded are the workers, who is refused because of it, and by which rules?"),
                Page.row(
                        "fl-half",
                        Page.panel("KV blocks in use, percent", blocks),
                        Page.panel("Prompt tokens to be computed", prefill)),
                Page.row(
                        "fl-half",
                        Page.panel("Rejections per second", rejections),
                        Page.panel("Adaptive limit", limit)),
                Page.panel("Workers", workers),
                Page.panel("Rules in force", form, rules));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        LoadSnapshot load = frame.load();
        blocks.show(
                bars(
                        "KV blocks in use (%)",
                        load.workers(),
                        load.workers().stream()
                                .map(w -> Math.round(100 * w.decodeShare()))
                                .toList(),
                        marks(load, t -> 100 * t.decodeBlocks())),
                table(load.workers()));
        prefill.show(
                bars(
                        "Prompt tokens",
                        load.workers(),
                        load.workers().stream()
                                .map(WorkerLoad::activePrefillTokens)
                                .toList(),
                        marks(load, t -> (double) t.prefillTokens())),
                table(load.workers()));
        List<LoadSecond> seconds = load.seconds()
                .subList(
                        Math.max(0, load.seconds().size() - SECONDS),
                        load.seconds().size());
        rejections.show(rejectionLines(seconds), rejectionTable(seconds));
        limit.show(limitLine(seconds), limitTable(seconds));
        workers.show(load.workers().stream().map(LoadView::row).toList());
        rules.show(rules(load));
        form.offer(load.workers().stream().map(WorkerLoad::model).distinct().toList());
        setClassName("fl-stale", frame.isSilent());
    }

    private static List<Object> row(WorkerLoad w) {
        return List.of(
                new LiveTable.Link("workers/" + w.node(), w.node()),
                Figures.count(w.activeDecodeBlocks()) + " of " + Figures.count(w.kvBlocks()) + " ("
                        + Figures.share(w.activeDecodeBlocks(), w.kvBlocks()) + ")",
                Figures.count(w.activePrefillTokens()),
                Figures.count(w.running()),
                Figures.count(w.waiting()),
                w.busyFor().isEmpty()
                        ? new State("takes requests", "●", "ok")
                        : new State("busy for " + String.join(", ", w.busyFor()), "▲", "warn"));
    }

    private static List<List<Object>> rules(LoadSnapshot load) {
        List<List<Object>> rows = new ArrayList<>();
        for (Thresholds t : load.thresholds()) {
            rule(rows, t, "KV blocks in use", t.decodeBlocks(), Math.round(100 * t.decodeBlocks()) + " %");
            rule(rows, t, "prompt tokens", (double) t.prefillTokens(), Figures.count(t.prefillTokens()));
            rule(rows, t, "prompt tokens", t.prefillShare(), t.prefillShare() + " iterations");
        }
        for (Limit l : load.limits()) {
            rows.add(List.of(
                    l.frontend(),
                    l.model(),
                    "adaptive limit",
                    Figures.count(l.limit()) + " in flight",
                    "first token %.1f, tokens %.1f times the uncongested".formatted(l.ttftRatio(), l.itlRatio())));
        }
        return rows;
    }

    private static void rule(List<List<Object>> rows, Thresholds t, String what, double value, String words) {
        if (value >= 0) {
            rows.add(List.of(t.frontend(), t.model(), "busy over " + what, words, "set by " + t.by()));
        }
    }

    // ---- pictures

    private record Mark(String name, double at) {}

    private interface Threshold {
        double of(Thresholds thresholds);
    }

    private static List<Mark> marks(LoadSnapshot load, Threshold threshold) {
        return load.thresholds().stream()
                .filter(t -> threshold.of(t) >= 0)
                .map(t -> new Mark("busy", threshold.of(t)))
                .distinct()
                .toList();
    }

    private static Map<String, Object> bars(
            String name, List<WorkerLoad> workers, List<? extends Number> values, List<Mark> marks) {
        return Map.of(
                "labels",
                workers.stream().map(WorkerLoad::node).toList(),
                "name",
                name,
                "values",
                values,
                "axis",
                "",
                "marks",
                marks);
    }

    private static Table table(List<WorkerLoad> workers) {
        return new Table(
                List.of("Worker", "KV blocks in use", "KV blocks", "Prompt tokens"),
                workers.stream()
                        .map(w -> List.of(
                                w.node(),
                                Figures.count(w.activeDecodeBlocks()),
                                Figures.count(w.kvBlocks()),
                                Figures.count(w.activePrefillTokens())))
                        .toList());
    }

    private record Line(String name, String colour, List<double[]> points) {}

    private static Map<String, Object> rejectionLines(List<LoadSecond> seconds) {
        String[] colours = {"bad", "warn", "accent", "second", "ok", "idle", "muted"};
        List<Line> lines = new ArrayList<>();
        for (RejectReason reason : RejectReason.values()) {
            if (seconds.stream().anyMatch(s -> s.rejections().containsKey(reason))) {
                lines.add(new Line(
                        words(reason),
                        colours[lines.size() % colours.length],
                        seconds.stream()
                                .map(s ->
                                        new double[] {s.second(), s.rejections().getOrDefault(reason, 0)})
                                .toList()));
            }
        }
        if (lines.isEmpty()) {
            lines.add(new Line(
                    "rejections",
                    "ok",
                    seconds.stream().map(s -> new double[] {s.second(), 0}).toList()));
        }
        return Map.of("unit", "per s", "step", true, "series", lines);
    }

    private static String words(RejectReason reason) {
        return reason.label().replace('_', ' ');
    }

    private static Table rejectionTable(List<LoadSecond> seconds) {
        return new Table(
                List.of("Second", "Reason", "Rejections"),
                seconds.reversed().stream()
                        .flatMap(s -> s.rejections().entrySet().stream()
                                .map(e -> List.of(
                                        Long.toString(s.second()), words(e.getKey()), Integer.toString(e.getValue()))))
                        .toList());
    }

    private static Map<String, Object> limitLine(List<LoadSecond> seconds) {
        List<double[]> points = seconds.stream()
                .filter(s -> s.limit() >= 0)
                .map(s -> new double[] {s.second(), s.limit()})
                .toList();
        return Map.of("unit", "requests", "step", true, "series", List.of(new Line("limit", "accent", points)));
    }

    private static Table limitTable(List<LoadSecond> seconds) {
        return new Table(
                List.of("Second", "Limit"),
                seconds.reversed().stream()
                        .filter(s -> s.limit() >= 0)
                        .map(s -> List.of(Long.toString(s.second()), Integer.toString(s.limit())))
                        .toList());
    }
}
