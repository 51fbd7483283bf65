package io.faultline.console.topology;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.feed.NodeSample;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.Page;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// How is this worker, and how has it been?
@Route("workers/:name")
@PermitAll
public final class WorkerView extends Main implements BeforeEnterObserver, HasDynamicTitle {
    private final ClusterFeed feed;
    private final NodePanel panel;
    private final Chart tokens = new Chart("lines", "Tokens per second");
    private final Chart sequences = new Chart("lines", "Sequences running and waiting");
    private final Chart blocks = new Chart("lines", "KV blocks used and cached");
    private String name = "";

    public WorkerView(ClusterFeed feed, ClusterOperations operations) {
        this.feed = feed;
        this.panel = new NodePanel(operations);
        addClassName("fl-page");
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        name = event.getRouteParameters().get("name").orElse("");
        if (feed.latest().node(name).isEmpty()) {
            throw new NotFoundException("There is no worker named '" + name + "'.");
        }
        removeAll();
        Anchor back = new Anchor("topology?sel=node:" + name, "Show in the topology");
        back.addClassName("fl-link");
        add(
                Page.head(name, "How is this worker, and how has it been?", back),
                Page.row("fl-split", Page.panel("Tokens per second", tokens), panel),
                Page.row("fl-half", Page.panel("Sequences", sequences), Page.panel("KV blocks", blocks)));
        Live.show(this, feed, this::show);
    }

    @Override
    public String getPageTitle() {
        return name + " · Faultline";
    }

    private void show(ConsoleFrame frame) {
        panel.show(frame, name);
        List<NodeSample> trend = feed.trend(name);
        tokens.show(lines("tokens/s", line("tokens", "accent", trend, NodeSample::tokensPerSecond)), table(trend));
        sequences.show(
                lines(
                        "sequences",
                        line("running", "ok", trend, NodeSample::running),
                        line("waiting", "warn", trend, NodeSample::waiting)),
                table(trend));
        blocks.show(
                lines(
                        "blocks",
                        line("used", "accent", trend, NodeSample::usedBlocks),
                        line("cached", "second", trend, NodeSample::cachedBlocks)),
                table(trend));
    }

    private static Map<String, Object> lines(String unit, Line... series) {
        return Map.of("unit", unit, "step", false, "series", List.of(series));
    }

    private static Line line(String name, String colour, List<NodeSample> trend, ToDoubleFunction<NodeSample> of) {
        return new Line(
                name,
                colour,
                trend.stream()
                        .map(s -> new double[] {Math.round(s.atNanos() / 1e9), of.applyAsDouble(s)})
                        .toList());
    }

    record Line(String name, String colour, List<double[]> points) {}

    private static Table table(List<NodeSample> trend) {
        return new Table(
                List.of("Second", "Tokens/s", "Running", "Waiting", "Blocks used", "Blocks cached"),
                trend.reversed().stream()
                        .map(s -> List.of(
                                "%d".formatted(s.atNanos() / 1_000_000_000L),
                                "%.0f".formatted(s.tokensPerSecond()),
                                "%d".formatted(s.running()),
                                "%d".formatted(s.waiting()),
                                "%d".formatted(s.usedBlocks()),
                                "%d".formatted(s.cachedBlocks())))
                        .toList());
    }
}
