package io.faultline.console.overview;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.chart.Chart;
import io.faultline.console.faults.FaultTable;
import io.faultline.console.migrations.MigrationTable;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.Page;
import io.faultline.console.shell.Tile;
import io.faultline.console.topology.TopologyPicture;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Is the service keeping its promises now?
@Route("")
@PageTitle("Overview · Faultline")
@PermitAll
public final class OverviewView extends Main {
    private static final int SPARK_SECONDS = 120;
    private static final int ROWS = 6;

    private final Tile success = new Tile("Success, last 30 s", "%");
    private final Tile refused = new Tile("Refused, last 30 s", "%");
    private final Tile ttft = new Tile("First token p99", "ms");
    private final Tile itl = new Tile("Token gap p99", "ms");
    private final Tile tokens = new Tile("Tokens", "per s");
    private final Tile inFlight = new Tile("Requests in flight", "");
    private final Tile moved = new Tile("Migrations", "in all");
    private final Tile differing = new Tile("Answers changed", "");
    private final Chart topology = new Chart("topology", "Topology of the cluster");
    private final MigrationTable migrations = MigrationTable.brief(ROWS);
    private final FaultTable faults = FaultTable.plain(ROWS);

    public OverviewView(ClusterFeed feed) {
        addClassName("fl-page");
        Div tiles = Page.row("fl-tiles", success, refused, ttft, itl, tokens, inFlight, moved, differing);
        topology.addClassName("medium");
        topology.onSelect(id -> getUI().ifPresent(ui -> ui.navigate("topology?sel=node:" + id)));
        add(
                Page.head("Overview", "Is the service keeping its promises now?"),
                tiles,
                Page.panel("What runs, and where traffic flows", topology),
                Page.row("fl-half", Page.panel("Latest migrations", migrations), Page.panel("Faults", faults)));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        ServiceSnapshot s = frame.service();
        boolean kept = s.keptRatio() >= 0.999;
        success.show(
                Figures.percent(s.keptRatio()),
                kept ? "kept" : "broken",
                kept ? "✓" : "✕",
                kept ? "ok" : "bad",
                spark(s, b -> 100 - share(b.unserved(), b.completed() + b.unserved())));
        boolean nobody = s.refusedRatio() == 0;
        refused.show(
                Figures.percent(s.refusedRatio()),
                nobody ? "nobody" : "told when to come back",
                nobody ? "✓" : "▲",
                nobody ? "ok" : "warn",
                spark(
                        s,
                        b -> share(
                                b.rejected() - b.unserved() + b.failed(), b.completed() + b.failed() + b.rejected())));
        ttft.show(
                Figures.millis(s.ttftP99Nanos()),
                "p50 " + Figures.duration(s.ttftP50Nanos()),
                "",
                "plain",
                spark(s, b -> Math.max(0, b.ttftP99Nanos() / 1e6)));
        itl.show(Figures.millis(s.itlP99Nanos()), "p50 " + Figures.duration(s.itlP50Nanos()), "", "plain", List.of());
        tokens.show(
                Figures.rate(s.tokensPerSecond()),
                Figures.count(s.outputTokens()) + " in all",
                "",
                "plain",
                spark(s, SecondView::tokens));
        inFlight.show(
                Figures.count(s.inFlight()),
                Figures.rate(s.requestsPerSecond()) + " arrive per s",
                "",
                "plain",
                spark(s, SecondView::inFlight));
        boolean allMoved = s.migrationsFailed() == 0;
        moved.show(
                Figures.count(s.migrationsStarted()),
                allMoved ? "none failed" : s.migrationsFailed() + " failed",
                allMoved ? "✓" : "✕",
                allMoved ? "ok" : "bad",
                spark(s, SecondView::migrations));
        boolean unchanged = s.answersDiffering() == 0;
        differing.show(
                Figures.count(s.answersDiffering()),
                "of " + Figures.count(s.answersChecked()) + " checked",
                unchanged ? "✓" : "✕",
                unchanged ? "ok" : "bad",
                List.of());
        topology.show(TopologyPicture.of(frame.topology(), ""), TopologyPicture.table(frame.topology()));
        migrations.show(frame);
        faults.show(frame);
        setClassName("fl-stale", frame.isSilent());
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    private static List<double[]> spark(ServiceSnapshot s, ToDoubleFunction<SecondView> of) {
        List<SecondView> seconds = s.wholeSeconds();
        return seconds.subList(Math.max(0, seconds.size() - SPARK_SECONDS), seconds.size()).stream()
                .map(b -> new double[] {b.second(), of.applyAsDouble(b)})
                .toList();
    }
}
