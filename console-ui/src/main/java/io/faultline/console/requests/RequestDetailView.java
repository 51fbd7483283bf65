package io.faultline.console.requests;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.console.chart.Chart;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Facts;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.PrefillView;
import io.faultline.runtime.history.RequestView;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/// What did this client feel, and why?
@Route("requests/:id")
@PermitAll
public final class RequestDetailView extends Main implements BeforeEnterObserver, HasDynamicTitle {
    private static final int NOTICE_MILLIS = 5_000;

    private final ClusterFeed feed;
    private final Button cancel = new Button("Cancel");
    private final boolean mayCancel;
    private final Chart picture = new Chart("journey", "The request's journey over its workers");
    private final Facts facts = new Facts();
    private final LiveTable attempts = new LiveTable(
            "Not routed yet.",
            "Attempt",
            "Worker",
            "Routed after",
            "First token after",
            "Ended after",
            "Tokens before",
            "Broke");
    private String id = "";

    public RequestDetailView(ClusterFeed feed, ClusterOperations operations) {
        this.feed = feed;
        this.mayCancel = operations.canCancel() && operations.may(Action.CANCEL_REQUEST);
        cancel.addClickListener(e ->
                Notification.show(operations.cancel(id).message(), NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER));
        addClassName("fl-page");
        picture.addClassName("journey");
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        id = event.getRouteParameters().get("id").orElse("");
        if (find().isEmpty()) {
            throw new NotFoundException("No request '" + id
                    + "' is kept: it never was, or newer ones have taken its place in the bounded history.");
        }
        removeAll();
        Anchor back = new Anchor("requests", "All requests");
        back.addClassName("fl-link");
        add(
                Page.head("Request " + id, "What did this client feel, and why?", cancel, back),
                Page.row("fl-split", Page.panel("Journey", picture, legend()), Page.panel("Facts", facts)),
                Page.panel("Attempts", attempts));
        Live.show(this, feed, this::show);
    }

    @Override
    public String getPageTitle() {
        return "Request " + id + " · Faultline";
    }

    private static Div legend() {
        return Page.row(
                "fl-legend",
                Badges.badge("waiting in the front end", "■", "idle"),
                Badges.badge("until its first token", "■", "tone-second"),
                Badges.badge("streaming", "■", "ok"),
                Badges.badge("gap of a migration", "■", "bad"));
    }

    private Optional<RequestView> find() {
        Optional<RequestView> recent =
                feed.latest().requests().stream().filter(r -> r.id().equals(id)).findFirst();
        if (recent.isPresent()) {
            return recent;
        }
        try {
            return feed.ask(world -> world.history().request(id)).join();
        } catch (CompletionException _) {
            return Optional.empty();
        }
    }

    private static String prefilled(RequestView r) {
        if (r.prefills().isEmpty()) {
            return "by the decode worker";
        }
        PrefillView last = r.prefills().getLast();
        return switch (last.outcome()) {
            case HANDED_OVER ->
                "by " + last.from() + ", handed over " + Figures.duration(last.waitedNanos())
                        + " after it was asked for";
            case FELL_BACK ->
                "by the decode worker, after " + Figures.duration(last.waitedNanos()) + " without a prefill worker ("
                        + last.why().replace('_', ' ') + ")";
            case UNDER_WAY -> last.from().isEmpty() ? "waits in the prefill queue" : "by " + last.from();
            case WITHDRAWN, LOST -> "by nobody: the attempt ended before";
        };
    }

    private void show(ConsoleFrame frame) {
        find().ifPresent(r -> {
            cancel.setVisible(mayCancel && !r.phase().isTerminal());
            facts.set("State", Badges.phase(r.phase()));
            facts.set("Detail", r.detail().isEmpty() ? Figures.NONE : r.detail());
            facts.set("Model", r.model());
            facts.set("Endpoint", r.endpoint().label() + (r.streaming() ? ", streamed" : ""));
            facts.set("Received", Figures.clock(frame.at(r.receivedAtNanos())));
            facts.set("Prompt", r.promptTokens() + " tokens, " + r.cachedTokens() + " from cache");
            facts.set("Prefilled", prefilled(r));
            facts.set("Delivered", r.deliveredTokens() + " of at most " + r.maxTokens() + " tokens");
            facts.set(
                    "First token after",
                    Figures.duration(r.firstTokenAtNanos() < 0 ? -1 : r.firstTokenAtNanos() - r.receivedAtNanos()));
            facts.set("Took", Figures.duration(r.endedAtNanos() < 0 ? -1 : r.endedAtNanos() - r.receivedAtNanos()));
            facts.set("Migrations", Integer.toString(r.migrations()));
            picture.show(Journey.of(r, frame.nowNanos()), Journey.table(r));
            attempts.show(Journey.table(r).rows().stream()
                    .map(row -> List.<Object>copyOf(row))
                    .toList());
        });
    }
}
