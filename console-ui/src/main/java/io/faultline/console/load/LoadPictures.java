package io.faultline.console.load;

import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Figures;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.history.LoadSnapshot.LoadSecond;
import io.faultline.runtime.history.LoadSnapshot.Thresholds;
import io.faultline.runtime.history.LoadSnapshot.WorkerLoad;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import io.faultline.runtime.request.RejectReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// The pictures of the load page.
final class LoadPictures {
    private static final int WHOLE_PERCENT = 100;
    /// How far above the highest threshold an axis reaches.
    private static final double ABOVE = 1.1;

    private LoadPictures() {}

    private record Mark(String name, double at) {}

    private record Line(String name, String colour, List<double[]> points) {}

    static void blocks(Chart chart, LoadSnapshot load) {
        Map<String, Object> data = bars(
                "KV blocks in use (%)",
                load.workers(),
                w -> Math.round(WHOLE_PERCENT * w.decodeShare()),
                marks(load, t -> WHOLE_PERCENT * t.decodeBlocks()));
        data.put("max", WHOLE_PERCENT);
        chart.show(data, workers(load.workers()));
    }

    static void prefill(Chart chart, LoadSnapshot load) {
        chart.show(
                bars("Prompt tokens", load.workers(), WorkerLoad::activePrefillTokens, marks(load, t ->
                        (double) t.prefillTokens())),
                workers(load.workers()));
    }

    private static List<Mark> marks(LoadSnapshot load, ToDoubleFunction<Thresholds> threshold) {
        return load.thresholds().stream()
                .mapToDouble(threshold)
                .filter(at -> at >= 0)
                .distinct()
                .mapToObj(at -> new Mark("busy over " + Figures.count(Math.round(at)), at))
                .toList();
    }

    private static Map<String, Object> bars(
            String name, List<WorkerLoad> workers, ToLongFunction<WorkerLoad> value, List<Mark> marks) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("labels", workers.stream().map(WorkerLoad::node).toList());
        data.put("name", name);
        data.put("values", workers.stream().map(value::applyAsLong).toList());
        data.put(
                "tones",
                workers.stream()
                        .map(w -> w.busyFor().isEmpty() ? "accent" : "warn")
                        .toList());
        data.put("axis", "");
        data.put("marks", marks);
        double most = workers.stream().mapToLong(value).max().orElse(0);
        for (Mark mark : marks) {
            if (most < mark.at() * ABOVE) {
                // A threshold that nobody is near is in the picture too.
                most = mark.at() * ABOVE;
                data.put("max", Math.ceil(most));
            }
        }
        return data;
    }

    private static Table workers(List<WorkerLoad> workers) {
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

    static void refused(Chart chart, LoadSnapshot load) {
        List<LoadSecond> seconds = Lately.last(load, Lately.PICTURE_SECONDS);
        List<Line> lines = new ArrayList<>();
        for (RejectReason reason : RejectReason.values()) {
            if (seconds.stream().anyMatch(s -> s.rejections().containsKey(reason))) {
                lines.add(new Line(
                        Lately.words(reason),
                        colour(reason),
                        seconds.stream()
                                .map(s ->
                                        new double[] {s.second(), s.rejections().getOrDefault(reason, 0)})
                                .toList()));
            }
        }
        if (lines.isEmpty()) {
            lines.add(new Line(
                    "refused",
                    "ok",
                    seconds.stream().map(s -> new double[] {s.second(), 0}).toList()));
        }
        chart.show(
                Map.of("unit", "per s", "step", true, "series", lines),
                new Table(
                        List.of("Second", "Reason", "Refused"),
                        seconds.reversed().stream()
                                .flatMap(s -> s.rejections().entrySet().stream()
                                        .map(e -> List.of(
                                                Long.toString(s.second()),
                                                Lately.words(e.getKey()),
                                                Integer.toString(e.getValue()))))
                                .toList()));
    }

    private static String colour(RejectReason reason) {
        return switch (reason) {
            case NO_INSTANCE -> "bad";
            case ALL_BUSY -> "warn";
            case ADAPTIVE_LIMIT -> "accent";
            case RESERVED -> "second";
            case PACED -> "moved";
            case FRONTEND_FULL -> "muted";
            case SHUTTING_DOWN -> "idle";
        };
    }

    static void limit(Chart chart, LoadSnapshot load, ServiceSnapshot service) {
        List<LoadSecond> seconds = Lately.last(load, Lately.PICTURE_SECONDS);
        List<double[]> limits = seconds.stream()
                .filter(s -> s.limit() >= 0)
                .map(s -> new double[] {s.second(), s.limit()})
                .toList();
        List<SecondView> served = service.seconds()
                .subList(
                        Math.max(0, service.seconds().size() - Lately.PICTURE_SECONDS),
                        service.seconds().size());
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(
                "in flight",
                "accent",
                served.stream()
                        .map(s -> new double[] {s.second(), s.inFlight()})
                        .toList()));
        if (!limits.isEmpty()) {
            lines.add(new Line("adaptive limit", "bad", limits));
        }
        chart.show(
                Map.of("unit", "requests", "step", true, "series", lines),
                new Table(
                        List.of("Second", "Adaptive limit"),
                        limits.reversed().stream()
                                .map(at -> List.of(Long.toString((long) at[0]), Long.toString((long) at[1])))
                                .toList()));
    }
}
