package io.faultline.console.migrations;

import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Facts;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.MigrationView;
import io.faultline.runtime.history.ServiceSnapshot;
import jakarta.annotation.security.PermitAll;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;

/// Which requests moved, from where to where, at what cost?
@Route("migrations")
@PageTitle("Migrations · Faultline")
@PermitAll
public final class MigrationsView extends Main {
    private static final int ROWS = 200;
    private static final long[] GAP_LIMITS_MS = {10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

    private final Chart flow = new Chart("sankey", "Requests that moved, from worker to worker");
    private final Chart gaps = new Chart("bars", "How long clients waited");
    private final Facts facts = new Facts();
    private final MigrationTable table = MigrationTable.full(ROWS);
    private final com.vaadin.flow.component.html.Paragraph none =
            Page.empty("No request has had to move. Kill a worker in the topology, or run a playbook, to see one.");

    public MigrationsView(ClusterFeed feed) {
        addClassName("fl-page");
        Select<String> outcome = new Select<>();
        outcome.setLabel("Outcome");
        outcome.setItems("all", "success", "failure", "running", "superseded", "cancelled", "lost");
        outcome.setValue("all");
        Select<String> kind = new Select<>();
        kind.setLabel("Kind");
        kind.setItems("all", "new_request", "ongoing_request");
        kind.setValue("all");
        Runnable refilter = () -> {
            table.keepOnly(m -> matches(outcome.getValue(), m.outcome())
                    && matches(kind.getValue(), m.type().label()));
            table.show(feed.latest());
        };
        outcome.addValueChangeListener(e -> refilter.run());
        kind.addValueChangeListener(e -> refilter.run());
        add(
                Page.head("Migrations", "Which requests moved, from where to where, at what cost?"),
                Page.row(
                        "fl-split",
                        Page.panel("From worker to worker", flow, none),
                        Page.panel("What clients felt", facts, gaps)),
                Page.panel("Every migration", Page.row("fl-actions", kind, outcome), table));
        Live.show(this, feed, this::show);
    }

    private static boolean matches(String wanted, String value) {
        return wanted.equals("all") || wanted.equals(value);
    }

    private void show(ConsoleFrame frame) {
        ServiceSnapshot s = frame.service();
        facts.set("Started", Figures.count(s.migrationsStarted()));
        facts.set("Completed", Figures.count(s.migrationsCompleted()));
        facts.set("Failed", Figures.count(s.migrationsFailed()));
        facts.set(
                "Gap p50 / p99, last 30 s",
                Figures.duration(s.migrationGapP50Nanos()) + " / " + Figures.duration(s.migrationGapP99Nanos()));
        List<MigrationView> moved =
                frame.migrations().stream().filter(m -> !m.toNode().isEmpty()).toList();
        none.setVisible(moved.isEmpty());
        flow.setVisible(!moved.isEmpty());
        showFlow(moved);
        showGaps(moved);
        table.show(frame);
    }

    private void showFlow(List<MigrationView> moved) {
        Map<String, Integer> counts = new TreeMap<>();
        SequencedSet<String> from = new LinkedHashSet<>();
        SequencedSet<String> to = new LinkedHashSet<>();
        for (MigrationView m : moved) {
            counts.merge(m.fromNode() + '\0' + m.toNode(), 1, Integer::sum);
            from.add(m.fromNode());
            to.add(m.toNode());
        }
        // A worker may stand on both sides; a Sankey has no cycles, so each side has its own nodes.
        List<Map<String, Object>> nodes = new ArrayList<>();
        from.forEach(n -> nodes.add(Map.of("name", "from " + n, "label", n, "lost", true)));
        to.forEach(n -> nodes.add(Map.of("name", "to " + n, "label", n, "lost", false)));
        List<Map<String, Object>> links = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        counts.forEach((pair, count) -> {
            String[] ends = pair.split("\0", 2);
            links.add(Map.of("source", "from " + ends[0], "target", "to " + ends[1], "value", count));
            rows.add(List.of(ends[0], ends[1], Integer.toString(count)));
        });
        flow.show(Map.of("nodes", nodes, "links", links), new Table(List.of("From", "To", "Requests"), rows));
    }

    private void showGaps(List<MigrationView> moved) {
        int[] counts = new int[GAP_LIMITS_MS.length + 1];
        for (MigrationView m : moved) {
            if (m.gapNanos() >= 0) {
                int bucket = 0;
                while (bucket < GAP_LIMITS_MS.length && m.gapNanos() > GAP_LIMITS_MS[bucket] * 1_000_000L) {
                    bucket++;
                }
                counts[bucket]++;
            }
        }
        List<String> labels = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            String label = i < GAP_LIMITS_MS.length ? "≤ " + GAP_LIMITS_MS[i] : "> " + GAP_LIMITS_MS[i - 1];
            labels.add(label);
            rows.add(List.of(label + " ms", Integer.toString(counts[i])));
        }
        gaps.show(
                Map.of("labels", labels, "values", counts, "name", "requests", "axis", "gap that the client felt, ms"),
                new Table(List.of("Gap", "Requests"), rows));
    }
}
