package io.faultline.console.routing;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.chart.Chart;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import io.faultline.console.shell.Tile;
import io.faultline.runtime.history.RoutingSnapshot;
import io.faultline.runtime.history.RoutingSnapshot.Decision;
import io.faultline.runtime.history.RoutingSnapshot.FallbackView;
import io.faultline.runtime.history.RoutingSnapshot.RouterView;
import io.faultline.runtime.history.RoutingSnapshot.RoutingSecond;
import jakarta.annotation.security.PermitAll;
import java.util.List;

/// Which worker got a request for what it holds in its KV cache, and what happens without a router?
@Route("routing")
@PageTitle("Routing · Faultline")
@PermitAll
public final class RoutingView extends Main {
    private static final int NEWEST = 25;
    private static final int LATELY_SECONDS = 60;

    private final Tile hitRate = new Tile("Found in caches, last " + LATELY_SECONDS + " s", "%");
    private final Tile routers = new Tile("Routers ready", "");
    private final Tile fallback = new Tile("Without a router", "");
    private final Tile index = new Tile("Blocks in the index", "");
    private final Chart picture = new Chart("scatter", "Decisions: share of the prompt found against blocks in use");
    private final Chart rate = new Chart("lines", "Share of the prompts' blocks that the chosen workers held");
    private final LiveTable replicas = new LiveTable(
            "No routers: the frontends choose workers by themselves (--router-mode).",
            "Router",
            "State",
            "Workers known",
            "Blocks in the index",
            "Sequences under way",
            "Decisions");
    private final LiveTable periods = new LiveTable(
            "No frontend ever had to do without a router.",
            "Frontend",
            "Began",
            "Lasted",
            "Requests",
            "Chose by",
            "Why");
    private final LiveTable newest = new LiveTable(
            "No router has decided yet.", "Request", "Worker", "Found", "Best found", "Cost", "Next best", "Router");

    public RoutingView(ClusterFeed feed) {
        Div tiles = new Div(hitRate, routers, fallback, index);
        tiles.addClassName("fl-tiles");
        addClassName("fl-page");
        add(
                Page.head("Routing", "Which worker gets a request, for what it holds in its KV cache, and why?"),
                tiles,
                Page.row(
                        "fl-half",
                        Page.panel("Decisions: found in the cache against blocks in use", picture),
                        Page.panel("Found in caches, percent of the prompts' blocks", rate)),
                Page.panel("Routers", replicas),
                Page.panel("Periods without a router", periods),
                Page.panel("Newest decisions", newest));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        RoutingSnapshot routing = frame.routing();
        tiles(routing, frame);
        RoutingPictures.decisions(picture, routing);
        RoutingPictures.hitRate(rate, routing);
        replicas.show(routing.routers().stream().map(RoutingView::row).toList());
        periods.show(routing.fallbacks().stream()
                .map(f -> row(f, frame))
                .limit(NEWEST)
                .toList());
        newest.show(routing.decisions().reversed().stream()
                .limit(NEWEST)
                .map(RoutingView::row)
                .toList());
        setClassName("fl-stale", frame.isSilent());
    }

    private void tiles(RoutingSnapshot routing, ConsoleFrame frame) {
        List<RoutingSecond> lately = RoutingPictures.last(routing, LATELY_SECONDS);
        long prompt = lately.stream().mapToLong(RoutingSecond::promptBlocks).sum();
        long overlap = lately.stream().mapToLong(RoutingSecond::overlapBlocks).sum();
        hitRate.show(
                prompt == 0 ? Figures.NONE : Long.toString(Math.round(100.0 * overlap / prompt)),
                Figures.count(routing.decided()) + " decisions",
                "",
                "plain",
                RoutingPictures.points(routing));
        long ready = routing.routers().stream().filter(RouterView::isReady).count();
        boolean anyDown = ready < routing.routers().size();
        routers.show(
                ready + " of " + routing.routers().size(),
                routing.routers().isEmpty()
                        ? "none is needed"
                        : anyDown ? "the others do its work" : "all know the same",
                routing.routers().isEmpty() ? "" : ready == 0 ? "✕" : anyDown ? "▲" : "✓",
                routing.routers().isEmpty() ? "plain" : ready == 0 ? "bad" : anyDown ? "warn" : "ok",
                List.of());
        long open = routing.fallbacks().stream().filter(f -> f.untilNanos() < 0).count();
        fallback.show(
                open == 0 ? "no" : open + (open == 1 ? " frontend" : " frontends"),
                routing.fallbacks().isEmpty()
                        ? "never"
                        : "last at "
                                + Figures.clock(
                                        frame.at(routing.fallbacks().getFirst().fromNanos())),
                open == 0 ? "✓" : "▲",
                open == 0 ? "ok" : "warn",
                List.of());
        index.show(
                Figures.count(routing.routers().stream()
                        .mapToLong(RouterView::blocks)
                        .max()
                        .orElse(0)),
                routing.resyncs() == 0 ? "no gap so far" : Figures.count(routing.resyncs()) + " times caught up",
                "",
                "plain",
                List.of());
    }

    private static List<Object> row(RouterView r) {
        return List.of(
                r.name(),
                r.isReady() ? new State("ready", "●", "ok") : new State("not to be asked", "✕", "bad"),
                r.synced() + " of " + r.workers(),
                Figures.count(r.blocks()),
                Figures.count(r.sequences()),
                Figures.count(r.decided()));
    }

    private static List<Object> row(FallbackView f, ConsoleFrame frame) {
        return List.of(
                f.frontend(),
                Figures.clock(frame.at(f.fromNanos())),
                f.untilNanos() < 0 ? new State("still", "▲", "warn") : Figures.duration(f.untilNanos() - f.fromNanos()),
                Figures.count(f.requests()),
                f.mode(),
                f.because());
    }

    private static List<Object> row(Decision d) {
        return List.of(
                new LiveTable.Link("requests/" + d.request(), d.request()),
                d.worker(),
                d.overlapBlocks() + " of " + d.promptBlocks() + " blocks",
                d.bestOverlapBlocks() + " blocks",
                Figures.rate(d.cost()),
                d.candidates() == 1 ? "no other worker" : Figures.rate(d.nextCost()),
                d.router());
    }
}
