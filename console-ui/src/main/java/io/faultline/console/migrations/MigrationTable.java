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
    private final LiveTable table = new LiveTable(
            "No request has had to move. Kill a worker in the topology, or run a playbook, to see one.",
            "When",
            "Request",
            "Kind",
            "From",
            "To",
            "Because",
            "Gap",
            "Recomputed",
            "Outcome");
    private final int rowsMax;
    private Predicate<MigrationView> filter = m -> true;

    public MigrationTable(int rowsMax) {
        this.rowsMax = rowsMax;
        add(table);
    }

    void keepOnly(Predicate<MigrationView> wanted) {
        filter = wanted;
    }

    public void show(ConsoleFrame frame) {
        table.show(frame.migrations().stream()
                .filter(filter)
                .sorted(Comparator.comparing(m -> !m.outcome().equals("failure")))
                .limit(rowsMax)
                .map(m -> row(frame, m))
                .toList());
    }

    private static List<Object> row(ConsoleFrame frame, MigrationView m) {
        return List.of(
                Figures.clock(frame.at(m.startedAtNanos())),
                new Link("requests/" + m.request(), m.request()),
                m.type().label(),
                m.fromNode(),
                m.toNode().isEmpty() ? Figures.NONE : m.toNode(),
                m.because(),
                Figures.duration(m.gapNanos()),
                m.recomputedTokens() < 0 ? Figures.NONE : m.recomputedTokens() + " of " + m.replayTokens() + " tokens",
                switch (m.outcome()) {
                    case "success" -> new State("success", "✓", "ok");
                    case "failure" -> new State("failure", "✕", "bad");
                    default -> new State("running", "◆", "moved");
                });
    }
}
