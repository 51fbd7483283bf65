package io.faultline.console.migrations;

import com.vaadin.flow.component.html.Div;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Link;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.runtime.history.MigrationView;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Migrations, failed ones first, then the newest.
public final class MigrationTable extends Div {
    private static final String NONE_YET =
            "No request has had to move. Kill a worker in the topology, or run a playbook, to see one.";

    private final LiveTable table;
    private final int rowsMax;
    private final boolean isBrief;
    private Predicate<MigrationView> filter = m -> true;

    private MigrationTable(int rowsMax, boolean isBrief, String... columns) {
        this.rowsMax = rowsMax;
        this.isBrief = isBrief;
        this.table = new LiveTable(NONE_YET, columns);
        add(table);
    }

    /// With everything that is known of each.
    public static MigrationTable full(int rowsMax) {
        return new MigrationTable(
                rowsMax, false, "When", "Request", "Kind", "From", "To", "Because", "Gap", "Recomputed", "Outcome");
    }

    /// For half a page.
    public static MigrationTable brief(int rowsMax) {
        return new MigrationTable(rowsMax, true, "When", "Request", "Way", "Gap", "Outcome");
    }

    void keepOnly(Predicate<MigrationView> wanted) {
        filter = wanted;
    }

    public void show(ConsoleFrame frame) {
        table.show(frame.migrations().stream()
                .filter(filter)
                .sorted(Comparator.comparing(m -> !m.outcome().equals("failure")))
                .limit(rowsMax)
                .map(m -> isBrief ? briefRow(frame, m) : row(frame, m))
                .toList());
    }

    private static List<Object> row(ConsoleFrame frame, MigrationView m) {
        return List.of(
                Figures.clock(frame.at(m.startedAtNanos())),
                new Link("requests/" + m.request(), m.request()),
                m.type().label(),
                m.fromNode(),
                m.toNode().isEmpty() ? Figures.NONE : m.toNode(),
                Figures.words(m.because()),
                Figures.duration(m.gapNanos()),
                m.recomputedTokens() < 0 ? Figures.NONE : m.recomputedTokens() + " of " + m.replayTokens() + " tokens",
                outcome(m));
    }

    private static List<Object> briefRow(ConsoleFrame frame, MigrationView m) {
        return List.of(
                Figures.clock(frame.at(m.startedAtNanos())),
                new Link("requests/" + m.request(), m.request()),
                m.fromNode() + " → " + (m.toNode().isEmpty() ? Figures.NONE : m.toNode()),
                Figures.duration(m.gapNanos()),
                outcome(m));
    }

    private static State outcome(MigrationView m) {
        return switch (m.outcome()) {
            case "success" -> new State("success", "✓", "ok");
            case "failure" -> new State("failure", "✕", "bad");
            case "superseded", "cancelled", "lost" -> new State(m.outcome(), "–", "idle");
            default -> new State("running", "◆", "moved");
        };
    }
}
