package io.faultline.console.playbooks;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Pre;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.OperationOutcome;
import io.faultline.backend.operation.Permissions;
import io.faultline.backend.playbook.PlaybookRunRecord;
import io.faultline.backend.playbook.PlaybookService;
import io.faultline.console.shell.Facts;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Link;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import io.faultline.playbook.model.Parameter;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.model.Quantity;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What does this procedure do, and is it safe to run it now?
@Route("playbooks/:name")
@PermitAll
public final class PlaybookView extends Main implements BeforeEnterObserver, HasDynamicTitle {
    private static final int RUNS = 20;
    private static final int RUNS_LOOKED_AT = 200;
    private static final int NOTICE_MILLIS = 6_000;

    private final PlaybookService playbooks;
    private final Permissions permissions;
    private final ClusterFeed feed;
    private final IntegerField seed = new IntegerField("Seed");
    private final LiveTable runs = new LiveTable("Not run yet.", "Started", "World", "Seed", "By", "Verdict", "Digest");
    private String name = "";
    private String title = "";

    public PlaybookView(PlaybookService playbooks, Permissions permissions, ClusterFeed feed) {
        this.playbooks = playbooks;
        this.permissions = permissions;
        this.feed = feed;
        addClassName("fl-page");
        seed.setValue(7);
        seed.setStepButtonsVisible(true);
        seed.setWidth("130px");
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        name = event.getRouteParameters().get("name").orElse("");
        Playbook playbook = playbooks
                .playbook(name)
                .orElseThrow(() -> new NotFoundException("There is no playbook named '" + name + "'."));
        title = playbook.metadata().title();
        removeAll();
        Button live = new Button("Run on the live cluster", e -> confirmLive(playbook));
        live.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        boolean mayRunLive = permissions.may(Action.RUN_PLAYBOOK_LIVE);
        live.setEnabled(mayRunLive);
        live.setTooltipText(
                mayRunLive
                        ? ""
                        : "Needs the role " + Action.RUN_PLAYBOOK_LIVE.least().word());
        Button simulated =
                new Button("Run in the simulator", e -> begin(playbooks.runSimulated(name, Map.of(), chosenSeed())));
        simulated.setEnabled(permissions.may(Action.RUN_PLAYBOOK_SIMULATED));
        Pre source = new Pre(playbooks.source(name).orElse(""));
        source.addClassName("fl-source");
        source.getElement().setAttribute("tabindex", "0");
        add(
                Page.head(title, "What does this procedure do, and is it safe to run it now?"),
                Page.row(
                        "fl-split",
                        Page.panel(
                                "Run it",
                                prose(playbook.metadata().description()),
                                prose("The same file runs live and in virtual time. The simulator touches nothing"
                                        + " real and gives the same story for the same seed."),
                                Page.row("fl-actions", seed, simulated, live)),
                        Page.panel("Facts", facts(playbook))),
                Page.panel("What it will do", PlaybookPlan.of(playbook)),
                Page.panel("Runs", runs),
                Page.panel("The file", source));
        Live.show(this, feed, frame -> runs.show(rows()));
    }

    @Override
    public String getPageTitle() {
        return title + " · Faultline";
    }

    private static Paragraph prose(String text) {
        Paragraph prose = new Paragraph(text);
        prose.addClassName("fl-prose");
        return prose;
    }

    private static Facts facts(Playbook playbook) {
        Playbook.Metadata metadata = playbook.metadata();
        return new Facts()
                .set("Name", metadata.name())
                .set("Takes about", Figures.duration(metadata.expectedDurationNanos()))
                .set("Difficulty", metadata.difficulty() + " of 5")
                .set(
                        "Harms at most",
                        amount(playbook, playbook.blastRadius().maxTargets()) + " node(s), "
                                + amount(playbook, playbook.blastRadius().maxPercentOfPool()) + " % of its pool")
                .set(
                        "Requirements",
                        metadata.requirements().isEmpty() ? Figures.NONE : String.join(", ", metadata.requirements()))
                .set("Tags", metadata.tags().isEmpty() ? Figures.NONE : String.join(" · ", metadata.tags()));
    }

    /// As the file says it, with the defaults of its parameters, which the console runs it with.
    private static String amount(Playbook playbook, Quantity quantity) {
        String text = quantity.expression().text();
        for (Parameter parameter : playbook.parameters()) {
            text = text.replace(
                    "${" + parameter.name() + "}", parameter.fallback().text());
        }
        return text;
    }

    private long chosenSeed() {
        return Objects.requireNonNullElse(seed.getValue(), 7);
    }

    private List<List<Object>> rows() {
        return playbooks.runs(RUNS_LOOKED_AT).stream()
                .filter(r -> r.playbook().equals(name))
                .limit(RUNS)
                .map(PlaybookView::row)
                .toList();
    }

    private static List<Object> row(PlaybookRunRecord r) {
        return List.of(
                new Link("playbooks/" + r.playbook() + "/runs/" + r.id(), Figures.clock(r.startedAt())),
                r.world(),
                Long.toString(r.seed()),
                r.by(),
                Verdicts.state(r.verdict()),
                r.digest().isEmpty() ? Figures.NONE : r.digest());
    }

    private void confirmLive(Playbook playbook) {
        ConfirmDialog dialog = new ConfirmDialog();
        dialog.setWidth("640px");
        dialog.setHeader("Run '" + playbook.metadata().title() + "' on the live cluster?");
        dialog.setText(new Div(
                prose("It injects real faults into the cluster on this screen, into at most "
                        + amount(playbook, playbook.blastRadius().maxTargets())
                        + " node(s), and rolls them back. HALT stops it at any moment."),
                findings()));
        dialog.setCancelable(true);
        dialog.setConfirmText("Run live");
        dialog.setConfirmButtonTheme("error primary");
        dialog.addConfirmListener(e -> begin(playbooks.runLive(name, Map.of(), chosenSeed())));
        dialog.open();
    }

    /// What the cluster says to the run now, before anything is done.
    private LiveTable findings() {
        LiveTable findings = new LiveTable("Nothing has to be looked at first.", "Before it starts", "Now", "Found");
        findings.show(playbooks.preview(name, Map.of()).stream()
                .map(f -> List.<Object>of(
                        f.name(),
                        f.isOk() ? new State("fine", "✓", "ok") : new State("not now", "✕", "bad"),
                        f.detail()))
                .toList());
        return findings;
    }

    private void begin(OperationOutcome begun) {
        switch (begun) {
            case OperationOutcome.Done(String _, String runId) ->
                getUI().ifPresent(ui -> ui.navigate("playbooks/" + name + "/runs/" + runId));
            case OperationOutcome.Refused _,
                    OperationOutcome.Unknown _,
                    OperationOutcome.Denied _,
                    OperationOutcome.Unanswered _ ->
                Notification.show(
                        "Not started: " + begun.message(), NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER);
        }
    }
}
