package io.faultline.console.overview;

import com.vaadin.flow.component.html.Div;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Link;
import io.faultline.runtime.judgement.Finding;
import java.util.List;
import java.util.Locale;

/// The findings behind the verdict, the worst first: what broke, what clients feel, who acts and what to do.
final class FindingTable extends Div {
    private final LiveTable table = new LiveTable(
            "No findings: every component is ready and every objective is met.",
            "Severity",
            "Finding",
            "Client impact",
            "Since",
            "Who acts",
            "Action",
            "Details");
    private final int rowsMax;

    FindingTable(int rowsMax) {
        this.rowsMax = rowsMax;
        addClassName("fl-findings");
        add(table);
    }

    void show(ConsoleFrame frame) {
        table.show(frame.verdict().findings().stream()
                .limit(rowsMax)
                .map(f -> row(frame, f))
                .toList());
    }

    private static List<Object> row(ConsoleFrame frame, Finding f) {
        String view = f.place().name().toLowerCase(Locale.ROOT);
        String href = f.place() == Finding.Place.TOPOLOGY && !f.subject().isEmpty()
                ? "topology?sel=node:" + f.subject()
                : view;
        return List.of(
                Badges.verdictState(f.level()),
                f.what(),
                f.isFelt() ? "measured" : f.impact(),
                f.sinceNanos() < 0 ? "now" : Figures.clock(frame.at(f.sinceNanos())),
                f.actor(),
                f.action(),
                new Link(href, view));
    }
}
