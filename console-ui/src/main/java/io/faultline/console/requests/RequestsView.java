package io.faultline.console.requests;

import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Link;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.MainLayout;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.RequestView;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Locale;

/// Which requests are under way, and how did the last ones end?
@Route(value = "requests", layout = MainLayout.class)
@PageTitle("Requests · Faultline")
@PermitAll
public final class RequestsView extends Main {
    private static final int ROWS = 100;

    private final LiveTable table = new LiveTable(
            "No request matches. Widen the filter, or send one to the API.",
            "Received",
            "Request",
            "State",
            "Tokens",
            "First token",
            "Took",
            "Workers",
            "Moved");
    private final RadioButtonGroup<Which> which = new RadioButtonGroup<>("Show");
    private final TextField find = new TextField("Request id contains");
    private final com.vaadin.flow.component.html.Span counted = new com.vaadin.flow.component.html.Span();

    /// The filters.
    private enum Which {
        ALL,
        RUNNING,
        MIGRATED,
        FAILED;

        boolean takes(RequestView r) {
            return switch (this) {
                case ALL -> true;
                case RUNNING -> !r.phase().isTerminal();
                case MIGRATED -> r.migrations() > 0;
                case FAILED -> r.outcome().equals("failed") || r.outcome().equals("rejected");
            };
        }
    }

    public RequestsView(ClusterFeed feed) {
        addClassName("fl-page");
        which.setItems(Which.values());
        which.setItemLabelGenerator(w -> w.name().toLowerCase(Locale.ROOT));
        which.setValue(Which.ALL);
        which.addValueChangeListener(e -> show(feed.latest()));
        find.setValueChangeMode(ValueChangeMode.LAZY);
        find.setClearButtonVisible(true);
        find.addValueChangeListener(e -> show(feed.latest()));
        counted.addClassName("fl-question");
        add(
                Page.head("Requests", "What did clients ask, and what did they get?"),
                Page.panel("Newest first", Page.row("fl-actions", which, find), counted, table));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        List<RequestView> matching = frame.requests().stream()
                .filter(which.getValue()::takes)
                .filter(r -> r.id().contains(find.getValue().strip()))
                .toList();
        counted.setText("%d of the newest %d requests match; %s received since the cluster started"
                .formatted(
                        matching.size(),
                        frame.requests().size(),
                        Figures.count(frame.service().received())));
        table.show(matching.stream().limit(ROWS).map(r -> row(frame, r)).toList());
    }

    private static List<Object> row(ConsoleFrame frame, RequestView r) {
        long took = r.endedAtNanos() < 0 ? -1 : r.endedAtNanos() - r.receivedAtNanos();
        long ttft = r.firstTokenAtNanos() < 0 ? -1 : r.firstTokenAtNanos() - r.receivedAtNanos();
        return List.of(
                Figures.clock(frame.at(r.receivedAtNanos())),
                new Link("requests/" + r.id(), r.id()),
                state(r),
                r.deliveredTokens() + " of " + r.maxTokens(),
                Figures.duration(ttft),
                Figures.duration(took),
                String.join(
                        " → ",
                        r.attempts().stream().map(RequestView.AttemptView::node).toList()),
                r.migrations() == 0 ? "" : new State(r.migrations() + "×", "◆", "moved"));
    }

    private static State state(RequestView r) {
        com.vaadin.flow.component.html.Span badge = Badges.phase(r.phase());
        String tone = badge.getClassNames().stream()
                .filter(c -> c.startsWith("fl-") && !c.equals("fl-badge"))
                .findFirst()
                .orElse("fl-idle")
                .substring(3);
        return new State(badge.getText(), badge.getElement().getAttribute("data-mark"), tone);
    }
}
