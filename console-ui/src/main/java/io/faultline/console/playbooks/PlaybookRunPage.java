package io.faultline.console.playbooks;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.IFrame;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.OrderedList;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.Permissions;
import io.faultline.backend.playbook.PlaybookRunRecord;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Facts;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.Page;
import io.faultline.playbook.report.ReportFormat;
import io.faultline.runtime.history.PlaybookRunView;
import io.faultline.runtime.history.PlaybookRunView.StepView;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import jakarta.annotation.security.PermitAll;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// How is this run going, and what is its verdict?
@Route("playbooks/:name/runs/:run")
@PermitAll
public final class PlaybookRunPage extends Main implements BeforeEnterObserver, HasDynamicTitle {
    private static final long SECOND = 1_000_000_000L;
    private static final int LEAD_SECONDS = 10;
    private static final int NOTICE_MILLIS = 6_000;

    private final ClusterFeed feed;
    private final PlaybookService playbooks;
    private final Facts facts = new Facts();
    private final OrderedList steps = new OrderedList();
    private final Section stepsPanel = Page.panel("Steps", steps);
    private final Chart tokens = new Chart("lines", "Tokens per second and migrations during the run");
    private final Div liveParts = new Div();
    private final Div reportParts = new Div();
    private List<StepView> shown = List.of();
    private String id = "";
    private final Button abort = new Button("Abort and roll back");
    private final boolean mayAbort;
    private boolean reportShown;

    public PlaybookRunPage(ClusterFeed feed, PlaybookService playbooks, Permissions permissions) {
        this.mayAbort = permissions.may(Action.ABORT_PLAYBOOK);
        this.feed = feed;
        this.playbooks = playbooks;
        addClassName("fl-page");
        steps.addClassName("fl-steps");
        reportParts.getStyle().set("display", "contents");
        liveParts.getStyle().set("display", "contents");
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        id = event.getRouteParameters().get("run").orElse("");
        String name = event.getRouteParameters().get("name").orElse("");
        if (playbooks.run(id).isEmpty()) {
            throw new NotFoundException("There is no run '" + id + "'.");
        }
        removeAll();
        liveParts.removeAll();
        reportParts.removeAll();
        reportShown = false;
        abort.addClickListener(e ->
                Notification.show(playbooks.abort(id).message(), NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER));
        abort.addThemeVariants(ButtonVariant.LUMO_ERROR);
        Anchor back = new Anchor("playbooks/" + name, "The playbook");
        back.addClassName("fl-link");
        add(
                Page.head("Run of " + name, "How is this run going, and what is its verdict?", abort, back),
                Page.row("fl-split", stepsPanel, Page.panel("Facts", facts)),
                liveParts,
                reportParts);
        Live.show(this, feed, this::show);
    }

    @Override
    public String getPageTitle() {
        return "Run " + id + " · Faultline";
    }

    private void show(ConsoleFrame frame) {
        Optional<PlaybookRunView> live =
                frame.playbookRuns().stream().filter(r -> r.run().equals(id)).findFirst();
        Optional<PlaybookRunRecord> known = playbooks.run(id);
        known.ifPresent(run -> {
            facts.set("Verdict", Badges.status(run.verdict()));
            facts.set("Because", run.why().isEmpty() ? Figures.NONE : run.why());
            facts.set("World", run.world());
            facts.set("Seed", Long.toString(run.seed()));
            facts.set("Started", Figures.clock(run.startedAt()) + " by " + run.by());
            if (!run.digest().isEmpty()) {
                facts.set("Digest", run.digest());
            }
        });
        abort.setVisible(mayAbort && live.filter(l -> l.endedAtNanos() < 0).isPresent());
        live.ifPresent(l -> showLive(frame, l));
        // The steps of a run that is over are in its report.
        stepsPanel.setVisible(live.isPresent());
        if (!reportShown && known.filter(PlaybookRunRecord::isArchived).isPresent()) {
            showReport();
        }
    }

    private void showLive(ConsoleFrame frame, PlaybookRunView run) {
        if (!run.steps().equals(shown)) {
            shown = run.steps();
            steps.removeAll();
            shown.forEach(s -> steps.add(step(run, s)));
        }
        if (liveParts.getChildren().findAny().isEmpty()) {
            tokens.addClassName("medium");
            liveParts.add(Page.panel("What clients felt", tokens));
        }
        long from = run.startedAtNanos() / SECOND - LEAD_SECONDS;
        long to = run.endedAtNanos() < 0 ? Long.MAX_VALUE : run.endedAtNanos() / SECOND + LEAD_SECONDS;
        List<SecondView> seconds = frame.service().wholeSeconds().stream()
                .filter(s -> s.second() >= from && s.second() <= to)
                .toList();
        List<Map<String, Object>> marks = new ArrayList<>();
        frame.faults().stream()
                .filter(f -> f.injectedAtNanos() / SECOND >= from && f.injectedAtNanos() / SECOND <= to)
                .forEach(f -> marks.add(Map.of("name", f.kind(), "at", f.injectedAtNanos() / SECOND)));
        tokens.show(
                Map.of(
                        "unit",
                        "per s",
                        "step",
                        false,
                        "marks",
                        marks,
                        "series",
                        List.of(
                                line("tokens", "accent", seconds, SecondView::tokens),
                                line("in flight", "second", seconds, SecondView::inFlight),
                                line("migrations", "moved", seconds, SecondView::migrations))),
                new Table(
                        List.of("Second", "Tokens", "In flight", "Migrations", "Failed"),
                        seconds.stream()
                                .map(s -> List.of(
                                        Long.toString(s.second()),
                                        Integer.toString(s.tokens()),
                                        Integer.toString(s.inFlight()),
                                        Integer.toString(s.migrations()),
                                        Integer.toString(s.failed())))
                                .toList()));
    }

    private static Map<String, Object> line(
            String name, String colour, List<SecondView> seconds, ToDoubleFunction<SecondView> of) {
        return Map.of(
                "name", name,
                "colour", colour,
                "points",
                        seconds.stream()
                                .map(s -> new double[] {s.second(), of.applyAsDouble(s)})
                                .toList());
    }

    private static ListItem step(PlaybookRunView run, StepView s) {
        Span name = new Span(s.phase() + ": " + s.step() + " (+"
                + Figures.duration(s.startedAtNanos() - run.startedAtNanos()) + ")");
        Span detail = new Span(s.detail());
        detail.addClassName("detail");
        ListItem item = new ListItem(Badges.status(s.status()), name, detail);
        item.addClassName(s.status());
        return item;
    }

    private void showReport() {
        reportShown = true;
        String base = "api/v1/playbooks/runs/" + id + "/report?format=";
        Div links = Page.row("fl-actions");
        for (String format : List.of("html", "markdown", "json", "junit")) {
            Anchor link = new Anchor(base + format, "Report as " + format);
            link.addClassName("fl-link");
            link.setRouterIgnore(true);
            links.add(link);
        }
        IFrame report = new IFrame();
        report.setSrcdoc(playbooks.report(id, ReportFormat.HTML).orElse(""));
        report.setTitle("Report of the run");
        report.getElement().setAttribute("sandbox", "");
        report.setWidthFull();
        report.setHeight("720px");
        report.getStyle().set("border", "1px solid var(--fl-line)").set("border-radius", "6px");
        reportParts.add(Page.panel("Report", links, report));
    }
}
