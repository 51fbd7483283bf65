package io.faultline.console.planner;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.backend.operation.Action;
import io.faultline.backend.operation.ClusterOperations;
import io.faultline.console.chart.Chart;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Press;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.history.ScalingSnapshot.MachineView;
import io.faultline.runtime.history.ScalingSnapshot.ProcessView;
import io.faultline.runtime.history.ScalingSnapshot.Restart;
import io.faultline.runtime.history.ScalingSnapshot.Verdict;
import jakarta.annotation.security.PermitAll;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Why did it scale, and was it right? And what runs on which machine?
@Route("planner")
@PageTitle("Planner · Faultline")
@PermitAll
public final class PlannerView extends Main {
    private static final int ROWS = 50;
    private static final int NOTICE_MILLIS = 5_000;

    private final ClusterOperations operations;
    private final Component pictures;
    private final Chart workers = new Chart("lines", "Workers wanted and workers in discovery, by interval");
    private final Chart load = new Chart("lines", "KV use in percent and waiting requests, by interval");
    private final LiveTable decisions = new LiveTable(
            "The planner has decided nothing yet. Without a planner, the number of workers stays as it is.",
            "When",
            "Pool",
            "Decision",
            "Workers",
            "KV use",
            "Waiting",
            "Why");
    private final LiveTable machines = new LiveTable(
            "There are no machines: without an orchestrator, nodes are started once and by hand.",
            "Machine",
            "State",
            "GPUs",
            "Workers",
            "Restarts",
            "Action");
    private final LiveTable waiting =
            new LiveTable("Everything that should run runs.", "Process", "Waits for", "Starts");
    private final LiveTable restarts = new LiveTable(
            "Nothing had to be restarted.", "When", "Process", "Machine", "In a row", "Started again after", "Why");

    public PlannerView(ClusterFeed feed, ClusterOperations operations) {
        this.operations = operations;
        addClassName("fl-page");
        machines.onPress(this::cordon);
        pictures = Page.row(
                "fl-half", Page.panel("Workers wanted and there", workers), Page.panel("What it decided by", load));
        add(
                Page.head("Planner", "Why did it scale, and was it right? What runs where?"),
                pictures,
                Page.panel("Decisions", decisions),
                Page.panel("Machines", machines),
                Page.row("fl-half", Page.panel("Not running", waiting), Page.panel("Restarts", restarts)));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        ScalingSnapshot scaling = frame.scaling();
        pictures.setVisible(!scaling.decisions().isEmpty());
        PlannerPictures.workers(workers, scaling);
        PlannerPictures.load(load, scaling);
        decisions.show(scaling.decisions().stream()
                .limit(ROWS)
                .map(v -> decision(frame, v))
                .toList());
        boolean mayCordon = operations.may(Action.CORDON_MACHINE);
        machines.show(scaling.machines().stream()
                .map(m -> machine(frame, m, mayCordon))
                .toList());
        waiting.show(scaling.processes().stream()
                .filter(p -> !p.running())
                .map(PlannerView::process)
                .toList());
        restarts.show(scaling.restarts().stream()
                .limit(ROWS)
                .map(r -> restart(frame, r))
                .toList());
        setClassName("fl-stale", frame.isSilent());
    }

    private static List<Object> decision(ConsoleFrame frame, Verdict v) {
        return List.of(
                Figures.clock(frame.at(v.atNanos())),
                v.pool().name().toLowerCase(Locale.ROOT),
                kind(v.kind()),
                v.from() == v.to() ? Figures.count(v.to()) : v.from() + " → " + v.to(),
                Figures.percent(v.kvUse()),
                Figures.count(Math.round(v.queued())),
                v.why());
    }

    private static State kind(DecisionKind kind) {
        return switch (kind) {
            case UP -> new State("more", "▲", "ok");
            case DOWN -> new State("fewer", "▼", "accent");
            case ROLL_BACK -> new State("rolled back", "↩", "warn");
            case FORCED -> new State("forced", "⚡", "bad");
            case ESTABLISHED -> new State("target set", "●", "idle");
            case HOLD -> new State("hold", "–", "idle");
        };
    }

    private static List<Object> machine(ConsoleFrame frame, MachineView m, boolean mayCordon) {
        List<Object> row = new ArrayList<>();
        row.add(m.name());
        row.add(state(frame, m));
        row.add(m.processes().size() + " of " + m.gpus());
        row.add(m.processes().isEmpty() ? Figures.NONE : String.join(", ", m.processes()));
        row.add(Figures.count(m.restarts()));
        row.add(mayCordon ? new Press(m.isCordoned() ? "Uncordon" : "Cordon", m.name()) : "");
        return row;
    }

    private static State state(ConsoleFrame frame, MachineView m) {
        if (!m.up()) {
            return new State("lost", "✕", "bad");
        }
        if (!m.isCordoned()) {
            return new State("in use", "●", "ok");
        }
        String until = m.cordonEndsNanos() == 0 ? "" : ", until " + Figures.clock(frame.at(m.cordonEndsNanos()));
        return new State("cordoned by " + m.cordonedBy() + until + ": " + m.cordonedWhy(), "▲", "warn");
    }

    private static List<Object> process(ProcessView p) {
        return List.of(p.name(), p.waitingFor().isEmpty() ? Figures.NONE : p.waitingFor(), Figures.count(p.starts()));
    }

    private static List<Object> restart(ConsoleFrame frame, Restart r) {
        return List.of(
                Figures.clock(frame.at(r.atNanos())),
                r.process(),
                r.machine().isEmpty() ? Figures.NONE : r.machine(),
                Figures.count(r.failures()),
                Figures.duration(r.delayNanos()),
                r.why());
    }

    private void cordon(String machine) {
        String message = operations.turnCordon(machine).message();
        Notification.show(message, NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER);
    }
}
