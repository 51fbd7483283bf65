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
import io.faultline.runtime.history.FlowView;
import io.faultline.runtime.history.FlowView.Tally;
import io.faultline.runtime.history.Objectives;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The state of the service: verdict and findings, service level indicators, topology, latest migrations and faults.
@Route("")
@PageTitle("Overview · Faultline")
@PermitAll
public final class OverviewView extends Main {
    private static final int SPARK_SECONDS = 120;
    private static final int ROWS = 6;

    private final Tile success = new Tile("Success, last 30 s", "%");
    private final Tile rejected = new Tile("Rejected, last 30 s", "%");
    private final Tile ttft = new Tile("TTFT p99", "ms");
    private final Tile itl = new Tile("ITL p99", "ms");
    private final Tile tokens = new Tile("Output", "tokens/s");
    private final Tile inFlight = new Tile("Requests in flight", "");
    private final Tile moved = new Tile("Migrations", "total");
    private final Tile mismatches = new Tile("Output mismatches", "");
    private final FindingTable findings = new FindingTable(12);
    private final Chart topology = new Chart("topology", "Topology of the cluster");
    private final MigrationTable migrations = MigrationTable.brief(ROWS);
    private final FaultTable faults = FaultTable.plain(ROWS);

    public OverviewView(ClusterFeed feed) {
        addClassName("fl-page");
        Div tiles = Page.row("fl-tiles", success, rejected, ttft, itl, tokens, inFlight, moved, mismatches);
        topology.addClassName("medium");
        topology.onSelect(id -> getUI().ifPresent(ui -> ui.navigate("topology?sel=node:" + id)));
        add(
                Page.head("Overview", "Service level indicators and what is wrong now"),
                Page.panel("Findings", findings),
                tiles,
                Page.panel("Topology and traffic", topology),
                Page.row("fl-half", Page.panel("Latest migrations", migrations), Page.panel("Faults", faults)));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        ServiceSnapshot s = frame.service();
        FlowView flow = s.flow();
        Objectives objectives = flow.objectives();
        findings.show(frame);
        Tally window = flow.window();
        // Who waits for too long has not failed yet, and is not served either.
        int heldUp = flow.unreached() + flow.waiting() + flow.stalled();
        tile(
                success,
                s.keptRatio() < 0 ? Figures.NONE : Figures.percent(s.keptRatio()),
                heldUp > 0
                        ? heldUp + " held up now"
                        : window.owed() == 0
                                ? "no requests ended"
                                : window.unserved() + " of " + window.owed() + " failed",
                heldUp > 0 || failing(flow) ? State.MISSED : s.keptRatio() < 0 ? State.NO_DATA : State.MET,
                spark(s, b -> 100 - share(b.unserved(), b.completed() + b.unserved())));
        tile(
                rejected,
                s.refusedRatio() < 0 ? Figures.NONE : Figures.percent(s.refusedRatio()),
                window.shed() == 0 ? "none" : window.shed() + " with 503 + Retry-After",
                flow.recent().shed() > 0 ? State.WARNED : State.PLAIN,
                spark(
                        s,
                        b -> share(
                                b.rejected() - b.unserved() + b.failed(), b.completed() + b.failed() + b.rejected())));
        tile(
                ttft,
                Figures.millis(s.ttftP99Nanos()),
                "p50 " + Figures.duration(s.ttftP50Nanos()) + ", objective " + Figures.duration(objectives.ttftNanos()),
                flow.waiting() + flow.unreached() > 0 || late(flow.recent()) ? State.MISSED : State.PLAIN,
                spark(s, b -> Math.max(0, b.ttftP99Nanos() / 1e6)));
        tile(
                itl,
                Figures.millis(s.itlP99Nanos()),
                flow.stalled() > 0
                        ? flow.stalled() + " streams stalled"
                        : "p50 " + Figures.duration(s.itlP50Nanos()) + ", objective "
                                + Figures.duration(objectives.itlNanos()),
                flow.stalled() > 0 || flow.recent().longestGapNanos() > 0 ? State.MISSED : State.PLAIN,
                List.of());
        tile(
                tokens,
                Figures.rate(s.tokensPerSecond()),
                Figures.count(s.outputTokens()) + " total",
                State.PLAIN,
                spark(s, SecondView::tokens));
        tile(
                inFlight,
                Figures.count(s.inFlight()),
                Figures.rate(s.requestsPerSecond()) + " req/s",
                State.PLAIN,
                spark(s, SecondView::inFlight));
        tile(
                moved,
                Figures.count(s.migrationsStarted()),
                window.movesFailed() == 0
                        ? s.migrationsFailed() + " failed in total"
                        : window.movesFailed() + " failed in the last 30 s",
                flow.recent().movesFailed() > 0 ? State.MISSED : State.PLAIN,
                spark(s, SecondView::migrations));
        tile(
                mismatches,
                Figures.count(s.answersDiffering()),
                "of " + Figures.count(s.answersChecked()) + " checked",
                window.mismatches() > 0 ? State.MISSED : s.answersChecked() == 0 ? State.NO_DATA : State.MET,
                List.of());
        topology.show(TopologyPicture.of(frame.topology(), ""), TopologyPicture.table(frame.topology()));
        migrations.show(frame);
        faults.show(frame);
        setClassName("fl-stale", frame.isSilent());
    }

    /// How an indicator is against its objective, for eyes with and without color vision.
    private enum State {
        MET("✓", "ok"),
        MISSED("✕", "bad"),
        WARNED("▲", "warn"),
        NO_DATA("?", "plain"),
        PLAIN("", "plain");

        private final String mark;
        private final String tone;

        State(String mark, String tone) {
            this.mark = mark;
            this.tone = tone;
        }
    }

    private static void tile(Tile tile, String value, String word, State state, List<double[]> points) {
        tile.show(value, word, state.mark, state.tone, points);
    }

    private static boolean failing(FlowView flow) {
        Tally recent = flow.recent();
        return share(recent.unserved(), recent.owed())
                > 100 * (1 - flow.objectives().successMin());
    }

    private static boolean late(Tally recent) {
        return share(recent.lateFirstTokens(), recent.firstTokens()) > 100 * Objectives.LATE_MAX;
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
