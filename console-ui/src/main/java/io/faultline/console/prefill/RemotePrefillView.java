package io.faultline.console.prefill;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Facts;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.PrefillSnapshot;
import io.faultline.runtime.history.PrefillSnapshot.PrefillSecond;
import io.faultline.runtime.history.PrefillSnapshot.PrefillWorkerView;
import io.faultline.runtime.history.PrefillView;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Which prompts are computed elsewhere, how long do they wait, and what happens when nobody computes them?
@Route("prefill")
@PageTitle("Prefill · Faultline")
@PermitAll
public final class RemotePrefillView extends Main {
    private static final int ROWS = 100;
    private static final double BYTES_PER_GB = 1e9;

    private final Chart depth = new Chart("lines", "Jobs that wait in the prefill queue");
    private final Chart age = new Chart("lines", "Age of the oldest job in the prefill queue, in milliseconds");
    private final Chart outcomes =
            new Chart("lines", "Prompts handed over and prefilled locally after all, per second");
    private final Chart spool = new Chart("lines", "KV blocks in the prefill workers' spools, in GB");
    private final Facts facts = new Facts();
    private final LiveTable workers = new LiveTable(
            "No prefill worker has registered.", "Worker", "State", "Jobs", "Tokens computed", "Handed over", "Spool");
    private final LiveTable prompts = new LiveTable(
            "No prompt was long enough to be computed elsewhere.",
            "When",
            "Request",
            "Way",
            "Tokens",
            "In the queue",
            "Computing",
            "Hand-over",
            "Waited",
            "Outcome");
    private final Paragraph none = Page.empty("This cluster has no prefill workers: every decode worker computes its"
            + " prompts by itself. Start it with prefillWorkers above 0 in the cluster file to see prompts computed"
            + " elsewhere.");
    private final Div shown;

    public RemotePrefillView(ClusterFeed feed) {
        addClassName("fl-page");
        shown = new Div(
                Page.row("fl-half", Page.panel("Prefill queue", depth), Page.panel("Age of the oldest job", age)),
                Page.row(
                        "fl-half",
                        Page.panel("Handed over, and not", outcomes),
                        Page.panel("Waiting in spools", spool)),
                Page.row("fl-split", Page.panel("Prefill workers", workers), Page.panel("Since the start", facts)),
                Page.panel("Prompts computed elsewhere", prompts));
        shown.addClassName("fl-page-part");
        add(
                Page.head(
                        "Prefill",
                        "Which prompts are computed elsewhere, how long do they wait, and what happens when nobody"
                                + " computes them?"),
                none,
                shown);
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        PrefillSnapshot prefill = frame.prefill();
        boolean isThere = !prefill.workers().isEmpty();
        none.setVisible(!isThere);
        shown.setVisible(isThere);
        if (isThere) {
            showPrefill(frame, prefill);
        }
        setClassName("fl-stale", frame.isSilent());
    }

    private void showPrefill(ConsoleFrame frame, PrefillSnapshot prefill) {
        List<PrefillSecond> seconds = prefill.seconds();
        depth.show(
                lines("jobs", new Line("waiting", "accent", points(seconds, PrefillSecond::waiting))),
                table(seconds, "Waiting", s -> Integer.toString(s.waiting())));
        age.show(
                lines("ms", new Line("oldest", "warn", points(seconds, s -> s.oldestNanos() / 1e6))),
                table(seconds, "Oldest", s -> Figures.duration(s.oldestNanos())));
        outcomes.show(
                lines(
                        "per s",
                        new Line("handed over", "ok", points(seconds, PrefillSecond::handedOver)),
                        new Line("prefilled locally", "bad", points(seconds, PrefillSecond::fellBack))),
                table(seconds, "Handed over / locally", s -> s.handedOver() + " / " + s.fellBack()));
        spool.show(
                lines("GB", new Line("in spools", "second", points(seconds, s -> s.spooledBytes() / BYTES_PER_GB))),
                table(seconds, "In spools", s -> gigabytes(s.spooledBytes())));
        workers.show(prefill.workers().stream().map(RemotePrefillView::row).toList());
        facts(prefill);
        prompts.show(
                prefill.newest().stream().limit(ROWS).map(p -> row(frame, p)).toList());
    }

    private void facts(PrefillSnapshot prefill) {
        PrefillSnapshot.Totals totals = prefill.totals();
        facts.set("In the queue now", prefill.waiting() + " waiting, " + prefill.inDelivery() + " in delivery");
        facts.set("Asked for", Figures.count(totals.queued()));
        facts.set("Handed over", Figures.count(totals.handedOver()) + ", " + gigabytes(totals.bytes()));
        facts.set("Prefilled locally after all", Figures.count(totals.fellBack()) + reasons(totals.fallbacks()));
        facts.set("Withdrawn", Figures.count(totals.withdrawn()));
        facts.set("Given to a second worker", Figures.count(totals.redelivered()));
        facts.set("Late or second hand-overs declined", Figures.count(totals.declined()));
    }

    private static String reasons(Map<String, Integer> fallbacks) {
        if (fallbacks.isEmpty()) {
            return "";
        }
        StringBuilder words = new StringBuilder();
        fallbacks.forEach((reason, count) -> words.append(words.isEmpty() ? " (" : ", ")
                .append(reason.replace('_', ' '))
                .append(' ')
                .append(count));
        return words.append(')').toString();
    }

    private static List<Object> row(PrefillWorkerView w) {
        return List.of(
                new LiveTable.Link("workers/" + w.node(), w.node()),
                w.isUp() ? new State("runs", "●", "ok") : new State("down", "✕", "bad"),
                Figures.count(w.jobs()),
                Figures.count(w.computedTokens()),
                Figures.count(w.handedOver()),
                w.spooledBytes() == 0 ? Figures.NONE : gigabytes(w.spooledBytes()));
    }

    private static List<Object> row(ConsoleFrame frame, PrefillView p) {
        return List.of(
                Figures.clock(frame.at(p.queuedAtNanos())),
                new LiveTable.Link("requests/" + p.request(), p.request()),
                (p.from().isEmpty() ? Figures.NONE : p.from()) + " → " + p.to(),
                Figures.count(p.uncachedTokens()),
                Figures.duration(p.startedAtNanos() < 0 ? -1 : p.startedAtNanos() - p.queuedAtNanos()),
                Figures.duration(p.computedAtNanos() < 0 ? -1 : p.computedAtNanos() - p.startedAtNanos()),
                p.transferNanos() < 0
                        ? Figures.NONE
                        : gigabytes(p.bytes()) + " in " + Figures.duration(p.transferNanos())
                                + (p.spooledAtNanos() >= 0 ? ", from the spool" : ""),
                Figures.duration(p.waitedNanos()),
                outcome(p));
    }

    private static State outcome(PrefillView p) {
        return switch (p.outcome()) {
            case UNDER_WAY -> new State("under way", "◆", "moved");
            case HANDED_OVER -> new State("handed over", "✓", "ok");
            case FELL_BACK -> new State("locally: " + p.why().replace('_', ' '), "▲", "warn");
            case WITHDRAWN -> new State("withdrawn", "■", "idle");
            case LOST -> new State("decode worker ended", "✕", "bad");
        };
    }

    static String gigabytes(long bytes) {
        return "%.2f GB".formatted(bytes / BYTES_PER_GB);
    }

    // ---- pictures

    private record Line(String name, String colour, List<double[]> points) {}

    private static List<double[]> points(List<PrefillSecond> seconds, ToDoubleFunction<PrefillSecond> value) {
        return seconds.stream()
                .map(s -> new double[] {s.second(), value.applyAsDouble(s)})
                .toList();
    }

    private static Map<String, Object> lines(String unit, Line... lines) {
        return Map.of("unit", unit, "step", true, "series", List.of(lines));
    }

    private interface Cell {
        String of(PrefillSecond second);
    }

    private static Table table(List<PrefillSecond> seconds, String column, Cell cell) {
        return new Table(
                List.of("Second", column),
                seconds.reversed().stream()
                        .map(s -> List.of(Long.toString(s.second()), cell.of(s)))
                        .toList());
    }
}
