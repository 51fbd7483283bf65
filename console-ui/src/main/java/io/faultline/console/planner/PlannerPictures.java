package io.faultline.console.planner;

import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Figures;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.history.ScalingSnapshot.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The pictures of the planner page: one point for each interval.
final class PlannerPictures {
    private static final int INTERVALS = 120;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int WHOLE_PERCENT = 100;

    private PlannerPictures() {}

    private record Line(String name, String colour, List<double[]> points) {}

    static void workers(Chart chart, ScalingSnapshot scaling) {
        List<Line> lines = new ArrayList<>();
        for (NodeRole pool : pools(scaling)) {
            String name = pool.name().toLowerCase(Locale.ROOT);
            lines.add(line(name + " wanted", "accent", scaling, pool, Verdict::to));
            lines.add(line(name + " there", "ok", scaling, pool, Verdict::ready));
        }
        chart.show(Map.of("unit", "", "step", true, "series", lines), table(scaling));
    }

    static void load(Chart chart, ScalingSnapshot scaling) {
        List<Line> lines = new ArrayList<>();
        for (NodeRole pool : pools(scaling)) {
            String name = pool.name().toLowerCase(Locale.ROOT);
            lines.add(line(name + " KV use (%)", "accent", scaling, pool, v -> WHOLE_PERCENT * v.kvUse()));
            lines.add(line(name + " waiting", "warn", scaling, pool, Verdict::queued));
        }
        chart.show(Map.of("unit", "", "step", false, "series", lines), table(scaling));
    }

    private static List<NodeRole> pools(ScalingSnapshot scaling) {
        return scaling.verdicts().stream().map(Verdict::pool).distinct().toList();
    }

    private static Line line(
            String name, String colour, ScalingSnapshot scaling, NodeRole pool, ToDoubleFunction<Verdict> value) {
        return new Line(
                name,
                colour,
                lately(scaling).stream()
                        .filter(v -> v.pool() == pool)
                        .map(v -> new double[] {v.atNanos() / NANOS_PER_SECOND, value.applyAsDouble(v)})
                        .toList());
    }

    private static List<Verdict> lately(ScalingSnapshot scaling) {
        List<Verdict> all = scaling.verdicts();
        return all.subList(Math.max(0, all.size() - INTERVALS), all.size());
    }

    private static Table table(ScalingSnapshot scaling) {
        return new Table(
                List.of("Second", "Pool", "Wanted", "There", "KV use", "Waiting", "Verdict"),
                lately(scaling).reversed().stream()
                        .map(v -> List.of(
                                Long.toString(Math.round(v.atNanos() / NANOS_PER_SECOND)),
                                v.pool().name().toLowerCase(Locale.ROOT),
                                Integer.toString(v.to()),
                                Integer.toString(v.ready()),
                                Figures.percent(v.kvUse()),
                                Figures.count(Math.round(v.queued())),
                                v.kind() == DecisionKind.HOLD
                                        ? v.why()
                                        : Figures.words(v.kind().name())))
                        .toList());
    }
}
