package io.faultline.console.requests;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.QueryParameters;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Link;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.RequestView;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which requests are under way, and how did the last ones end? The list is live; held, it stands still for reading
/// and says how many have come since. Filter and search are in the address.
@Route("requests")
@PageTitle("Requests · Faultline")
@PermitAll
public final class RequestsView extends Main implements BeforeEnterObserver {
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
    private final Span counted = new Span();
    private final Button hold = new Button("Hold");
    private final ClusterFeed feed;
    private @Nullable ConsoleFrame held;

    /// The filters.
    private enum Which {
        ALL,
        RUNNING,
        MIGRATED,
        FAILED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

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
        this.feed = feed;
        addClassName("fl-page");
        which.addClassName("fl-choice");
        which.setItems(Which.values());
        which.setItemLabelGenerator(Which::word);
        which.setValue(Which.ALL);
        which.addValueChangeListener(e -> refilter());
        find.setValueChangeMode(ValueChangeMode.LAZY);
        find.setClearButtonVisible(true);
        find.addValueChangeListener(e -> refilter());
        hold.addClickListener(e -> hold(held == null));
        hold.setTooltipText("Keep the list still while you read it");
        counted.addClassName("fl-question");
        counted.getElement().setAttribute("aria-live", "off");
        add(
                Page.head("Requests", "What did clients ask, and what did they get?"),
                Page.panel("Newest first", Page.row("fl-actions", which, find, hold), counted, table));
        Live.show(this, feed, this::show);
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        QueryParameters asked = event.getLocation().getQueryParameters();
        asked.getSingleParameter("show")
                .flatMap(word -> Stream.of(Which.values())
                        .filter(w -> w.word().equals(word))
                        .findFirst())
                .ifPresent(which::setValue);
        asked.getSingleParameter("q").ifPresent(find::setValue);
    }

    private void refilter() {
        Map<String, String> asked = find.getValue().isBlank()
                ? Map.of("show", which.getValue().word())
                : Map.of("show", which.getValue().word(), "q", find.getValue().strip());
        getUI().ifPresent(ui -> ui.getPage()
                .getHistory()
                .replaceState(null, "requests?" + QueryParameters.simple(asked).getQueryString()));
        show(feed.latest());
    }

    private void hold(boolean still) {
        held = still ? feed.latest() : null;
        hold.setText(still ? "Go on" : "Hold");
        hold.getElement().setAttribute("aria-pressed", Boolean.toString(still));
        show(feed.latest());
    }

    private void show(ConsoleFrame latest) {
        ConsoleFrame frame = held == null ? latest : held;
        List<RequestView> matching = frame.requests().stream()
                .filter(which.getValue()::takes)
                .filter(r -> r.id().contains(find.getValue().strip()))
                .toList();
        counted.setText("%d of the newest %d requests match; %s received since the cluster started%s"
                .formatted(
                        matching.size(),
                        frame.requests().size(),
                        Figures.count(latest.service().received()),
                        held == null
                                ? ""
                                : "; held, %s newer"
                                        .formatted(
                                                Figures.count(latest.service().received()
                                                        - frame.service().received()))));
        table.show(matching.stream().limit(ROWS).map(r -> row(frame, r)).toList());
        setClassName("fl-stale", latest.isSilent());
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
        Span badge = Badges.phase(r.phase());
        String tone = badge.getClassNames().stream()
                .filter(c -> c.startsWith("fl-") && !c.equals("fl-badge"))
                .findFirst()
                .orElse("fl-idle")
                .substring(3);
        return new State(badge.getText(), badge.getElement().getAttribute("data-mark"), tone);
    }
}
