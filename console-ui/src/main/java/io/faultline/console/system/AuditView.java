package io.faultline.console.system;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.audit.AuditEntry;
import io.faultline.backend.operation.AccountAdministration;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;

/// Who did what, when, and what came of it? One page of the log at a time, as it was when it was opened.
@Route("audit")
@PageTitle("Audit log · Faultline")
@RolesAllowed("ADMIN")
public final class AuditView extends Main {
    private static final int ROWS = 100;

    private final AccountAdministration administration;
    private final LiveTable table =
            new LiveTable("Nothing has been done yet.", "When", "Who", "Action", "Target", "Result", "Detail");
    private final Button newer = new Button("Newer", e -> show(-ROWS));
    private final Button older = new Button("Older", e -> show(ROWS));
    private final Span shown = new Span();
    private int offset;

    public AuditView(AccountAdministration administration) {
        this.administration = administration;
        addClassName("fl-page");
        shown.addClassName("fl-question");
        add(
                Page.head("Audit log", "Who did what, when, and what came of it?"),
                Page.panel("Newest first", table, Page.row("fl-actions", newer, older, shown)));
        show(0);
    }

    private void show(int step) {
        offset = Math.max(0, offset + step);
        List<AuditEntry> entries = administration.auditEntries(offset, ROWS);
        table.show(entries.stream().map(AuditView::row).toList());
        newer.setEnabled(offset > 0);
        older.setEnabled(entries.size() == ROWS);
        shown.setText(
                entries.isEmpty()
                        ? "No entries here"
                        : "Entries %s to %s"
                                .formatted(Figures.count(offset + 1L), Figures.count(offset + (long) entries.size())));
    }

    private static List<Object> row(AuditEntry entry) {
        return List.of(
                Figures.moment(entry.at()),
                entry.who(),
                entry.action(),
                entry.target().isEmpty() ? Figures.NONE : entry.target(),
                result(entry.result()),
                entry.detail().isEmpty() ? Figures.NONE : entry.detail());
    }

    private static State result(AuditEntry.Result result) {
        return switch (result) {
            case DONE -> new State("done", "✓", "ok");
            case REFUSED -> new State("refused", "⊘", "warn");
            case DENIED -> new State("denied", "⊘", "bad");
            case FAILED -> new State("failed", "✕", "bad");
        };
    }
}
