package io.faultline.console.routing;

import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.runtime.history.RoutingSnapshot;
import io.faultline.runtime.history.RoutingSnapshot.Decision;
import io.faultline.runtime.history.RoutingSnapshot.RoutingSecond;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The pictures of the routing page.
final class RoutingPictures {
    private static final int PICTURE_SECONDS = 180;
    private static final int WHOLE_PERCENT = 100;

    private RoutingPictures() {}

    private record Dot(double x, double y, String tip) {}

    private record Cloud(String name, String colour, List<Dot> points) {}

    private record Line(String name, String colour, List<double[]> points) {}

    static List<RoutingSecond> last(RoutingSnapshot routing, int seconds) {
        if (routing.seconds().isEmpty()) {
            return List.of();
        }
        long from = routing.seconds().getLast().second() - seconds;
        return routing.seconds().stream().filter(s -> s.second() > from).toList();
    }

    static List<double[]> points(RoutingSnapshot routing) {
        return last(routing, PICTURE_SECONDS).stream()
                .map(s -> new double[] {s.second(), Math.round(WHOLE_PERCENT * s.hitRate())})
                .toList();
    }

    /// A decision for the worker that held most is told from one for a worker with less load.
    static void decisions(Chart chart, RoutingSnapshot routing) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("x", "blocks in use on the chosen worker");
        data.put("y", "% found");
        data.put("max", WHOLE_PERCENT);
        data.put(
                "series",
                List.of(
                        cloud(routing, "held the most of the prompt", "accent", true),
                        cloud(routing, "another worker held more", "warn", false)));
        chart.show(
                data,
                new Table(
                        List.of("Request", "Worker", "Found", "Best found", "Blocks in use", "Cost"),
                        routing.decisions().reversed().stream()
                                .map(d -> List.of(
                                        d.request(),
                                        d.worker(),
                                        d.overlapBlocks() + " of " + d.promptBlocks(),
                                        Integer.toString(d.bestOverlapBlocks()),
                                        Integer.toString(d.decodeBlocks()),
                                        Long.toString(Math.round(d.cost()))))
                                .toList()));
    }

    private static Cloud cloud(RoutingSnapshot routing, String name, String colour, boolean isBest) {
        return new Cloud(
                name,
                colour,
                routing.decisions().stream()
                        .filter(d -> (d.overlapBlocks() == d.bestOverlapBlocks()) == isBest)
                        .map(RoutingPictures::dot)
                        .toList());
    }

    private static Dot dot(Decision d) {
        return new Dot(
                d.decodeBlocks(),
                Math.round(WHOLE_PERCENT * d.overlap()),
                "%s to %s: %d of %d blocks found"
                        .formatted(d.request(), d.worker(), d.overlapBlocks(), d.promptBlocks()));
    }

    static void hitRate(Chart chart, RoutingSnapshot routing) {
        List<double[]> points = points(routing);
        chart.show(
                Map.of("unit", "%", "step", true, "series", List.of(new Line("found", "accent", points))),
                new Table(
                        List.of("Second", "Found, percent"),
                        points.reversed().stream()
                                .map(at -> List.of(Long.toString((long) at[0]), Long.toString((long) at[1])))
                                .toList()));
    }
}
