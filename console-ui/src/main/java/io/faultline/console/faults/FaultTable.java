package io.faultline.console.faults;

import com.vaadin.flow.component.html.Div;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Press;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.runtime.history.FaultView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Faults, the newest first.
public final class FaultTable extends Div {
    private final LiveTable table;
    private final boolean canRecover;
    private final int rowsMax;

    private FaultTable(int rowsMax, boolean canRecover, String... columns) {
        this.rowsMax = rowsMax;
        this.canRecover = canRecover;
        this.table = new LiveTable("Nothing is or was broken on purpose.", columns);
        add(table);
    }

    public static FaultTable plain(int rowsMax) {
        return new FaultTable(rowsMax, false, "Fault", "Target", "By", "Since", "For", "State");
    }

    /// With a button on each active fault; `recovery` is told the fault's id.
    static FaultTable withRecovery(int rowsMax, Consumer<String> recovery) {
        FaultTable table = new FaultTable(rowsMax, true, "Fault", "Target", "By", "Since", "For", "State", "Repair");
        table.table.onPress(recovery);
        return table;
    }

    public void show(ConsoleFrame frame) {
        table.show(
                frame.faults().stream().limit(rowsMax).map(f -> row(frame, f)).toList());
    }

    private List<Object> row(ConsoleFrame frame, FaultView f) {
        boolean active = f.recoveredAtNanos() < 0;
        long lasted = active ? frame.age(f.injectedAtNanos()).toNanos() : f.recoveredAtNanos() - f.injectedAtNanos();
        List<Object> cells = new ArrayList<>(List.of(
                f.kind(),
                f.target(),
                f.by(),
                Figures.clock(frame.at(f.injectedAtNanos())),
                // Whole seconds while it counts, so that the row changes no more often than that.
                active ? lasted / 1_000_000_000L + " s" : Figures.duration(lasted),
                active ? new State("active", "▲", "bad") : new State(f.how(), "✓", "ok")));
        if (canRecover) {
            cells.add(active ? new Press("Recover", f.id()) : "");
        }
        return cells;
    }
}
