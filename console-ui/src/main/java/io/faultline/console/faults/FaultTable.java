package io.faultline.console.faults;

import com.vaadin.flow.component.html.Div;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.runtime.history.FaultView;
import java.util.List;

/// Faults, the newest first.
public final class FaultTable extends Div {
    private final LiveTable table =
            new LiveTable("Nothing is or was broken on purpose.", "Fault", "Target", "By", "Since", "For", "State");
    private final int rowsMax;

    public FaultTable(int rowsMax) {
        this.rowsMax = rowsMax;
        add(table);
    }

    public void show(ConsoleFrame frame) {
        table.show(
                frame.faults().stream().limit(rowsMax).map(f -> row(frame, f)).toList());
    }

    private static List<Object> row(ConsoleFrame frame, FaultView f) {
        boolean active = f.recoveredAtNanos() < 0;
        long lasted = active ? frame.age(f.injectedAtNanos()).toNanos() : f.recoveredAtNanos() - f.injectedAtNanos();
        return List.of(
                f.kind(),
                f.target(),
                f.by(),
                Figures.clock(frame.at(f.injectedAtNanos())),
                // Whole seconds while it counts, so that the row changes no more often than that.
                active ? lasted / 1_000_000_000L + " s" : Figures.duration(lasted),
                active ? new State("active", "▲", "bad") : new State(f.how(), "✓", "ok"));
    }
}
