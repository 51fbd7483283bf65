package io.faultline.console.health;

import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.feed.ClusterFeed;
import io.faultline.backend.feed.ConsoleFrame;
import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import io.faultline.console.shell.Badges;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.Live;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Link;
import io.faultline.console.shell.Page;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.HealthSnapshot.WorkerHealthView;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Optional;

/// Which workers are fit to serve, how is that known, and how has it been?
@Route("health")
@PageTitle("Health · Faultline")
@PermitAll
public final class HealthView extends Main {
    private static final int ROWS = 100;

    private final Chart picture = new Chart("health", "Health of each worker over the last five minutes");
    private final LiveTable workers = new LiveTable(
            "No worker has joined the cluster yet.",
            "Worker",
            "Health",
            "For",
            "Evidence",
            "Last canary",
            "Canaries failed");
    private final LiveTable changes =
            new LiveTable("Nobody's health has changed yet.", "When", "Node", "Was", "Became", "Evidence");

    public HealthView(ClusterFeed feed) {
        addClassName("fl-page");
        add(
                Page.head("Health", "Which workers are fit to serve, how is that known, and how has it been?"),
                Page.panel("The last five minutes", picture),
                Page.panel("Workers", workers),
                Page.panel("Every change", changes));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        HealthPicture drawn = HealthPicture.of(frame);
        picture.show(drawn.data(), new Table(HealthPicture.COLUMNS, drawn.rows()));
        workers.show(frame.topology().nodes().stream()
                .filter(n -> n.role() == NodeRole.DECODE)
                .map(n -> row(frame, n))
                .toList());
        changes.show(frame.health().transitions().stream()
                .limit(ROWS)
                .map(t -> List.<Object>of(
                        Figures.clock(frame.at(t.atNanos())),
                        t.node(),
                        t.from() == t.to() ? Figures.NONE : Badges.healthState(t.from()),
                        Badges.healthState(t.to()),
                        t.evidence()))
                .toList());
        setClassName("fl-stale", frame.isSilent());
    }

    private static List<Object> row(ConsoleFrame frame, NodeView node) {
        Optional<WorkerHealthView> tested = frame.health().workers().stream()
                .filter(w -> w.worker().equals(node.name()) && w.lastCanaryAtNanos() >= 0)
                .findFirst();
        return List.of(
                new Link("workers/" + node.name(), node.name()),
                Badges.healthState(node.health()),
                Figures.duration(frame.age(node.sinceNanos()).toSeconds() * 1_000_000_000L),
                node.evidence(),
                tested.map(h -> lastCanary(frame, h)).orElse("none needed yet"),
                tested.map(h -> h.canariesFailed() + " of " + h.canaries()).orElse(Figures.NONE));
    }

    private static String lastCanary(ConsoleFrame frame, WorkerHealthView health) {
        String when = Figures.clock(frame.at(health.lastCanaryAtNanos()));
        return health.lastCanaryDetail().isEmpty()
                ? "passed in " + Figures.duration(health.lastCanaryNanos()) + " at " + when
                : "failed at " + when + ": " + health.lastCanaryDetail();
    }
}
