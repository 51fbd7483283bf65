package io.faultline.console.load;

import com.vaadin.flow.component.html.Main;
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
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.history.LoadSnapshot.Limit;
import io.faultline.runtime.history.LoadSnapshot.Thresholds;
import io.faultline.runtime.history.LoadSnapshot.WorkerLoad;
import jakarta.annotation.security.PermitAll;
import java.util.ArrayList;
import java.util.List;

/// How loaded are the workers, who is refused because of it, and by which rules?
@Route("load")
@PageTitle("Load · Faultline")
@PermitAll
public final class LoadView extends Main {
    private final LoadTiles tiles = new LoadTiles();
    private final Chart blocks = new Chart("bars", "KV blocks in use by worker, in percent, beside the threshold");
    private final Chart prefill = new Chart("bars", "Prompt tokens to be computed by worker, beside the threshold");
    private final Chart rejections = new Chart("lines", "Refused requests per second, by reason");
    private final Chart limit = new Chart("lines", "Requests in flight, and their adaptive limit");
    private final RefusalTables refusals = new RefusalTables();
    private final LiveTable workers = new LiveTable(
            "No worker has told its load yet.",
            "Worker",
            "KV blocks in use",
            "Prompt tokens to compute",
            "Running",
            "Waiting",
            "State");
    private final LiveTable rules = new LiveTable(
            "Nothing is in force: every request is admitted as long as its frontend has room.",
            "Frontend",
            "Model",
            "Rule",
            "Value",
            "Why");
    private final ThresholdForm form;

    public LoadView(ClusterFeed feed, ClusterOperations operations) {
        this.form = new ThresholdForm(operations);
        form.setVisible(operations.may(Action.CHANGE_THRESHOLDS));
        addClassName("fl-page");
        add(
                Page.head("Load", "How loaded are the workers, who is refused because of it, and by which rules?"),
                tiles,
                Page.row(
                        "fl-half",
                        Page.panel("KV blocks in use, percent", blocks),
                        Page.panel("Prompt tokens to be computed", prefill)),
                Page.row(
                        "fl-half",
                        Page.panel("Refused per second", rejections),
                        Page.panel("In flight, and the adaptive limit", limit)),
                Page.row(
                        "fl-half",
                        Page.panel("Why requests are refused", refusals.byReason()),
                        Page.panel("By priority, last " + Lately.SECONDS + " s", refusals.byPriority())),
                Page.panel("Workers", workers),
                Page.panel("Rules in force", rules, form));
        Live.show(this, feed, this::show);
    }

    private void show(ConsoleFrame frame) {
        LoadSnapshot load = frame.load();
        tiles.show(load, frame.service());
        LoadPictures.blocks(blocks, load);
        LoadPictures.prefill(prefill, load);
        LoadPictures.refused(rejections, load);
        LoadPictures.limit(limit, load, frame.service());
        refusals.show(load);
        workers.show(load.workers().stream().map(LoadView::row).toList());
        rules.show(rules(load));
        form.offer(load.workers().stream().map(WorkerLoad::model).distinct().toList());
        setClassName("fl-stale", frame.isSilent());
    }

    private static List<Object> row(WorkerLoad w) {
        return List.of(
                new LiveTable.Link("workers/" + w.node(), w.node()),
                Figures.count(w.activeDecodeBlocks()) + " of " + Figures.count(w.kvBlocks()) + " ("
                        + Figures.share(w.activeDecodeBlocks(), w.kvBlocks()) + ")",
                Figures.count(w.activePrefillTokens()),
                Figures.count(w.running()),
                Figures.count(w.waiting()),
                w.busyFor().isEmpty()
                        ? new State("takes requests", "●", "ok")
                        : new State("busy for " + String.join(", ", w.busyFor()), "▲", "warn"));
    }

    private static List<List<Object>> rules(LoadSnapshot load) {
        List<List<Object>> rows = new ArrayList<>();
        for (Thresholds t : load.thresholds()) {
            rule(rows, t, "KV blocks in use", t.decodeBlocks(), Math.round(100 * t.decodeBlocks()) + " %");
            rule(rows, t, "prompt tokens", (double) t.prefillTokens(), Figures.count(t.prefillTokens()));
            rule(rows, t, "prompt tokens", t.prefillShare(), Figures.rate(t.prefillShare()) + " iterations");
        }
        for (Limit l : load.limits()) {
            rows.add(List.of(
                    l.frontend(),
                    l.model(),
                    "adaptive limit",
                    Figures.count(l.limit()) + " in flight",
                    "first token %s, token gap %s the uncongested"
                            .formatted(Lately.times(l.ttftRatio()), Lately.times(l.itlRatio()))));
        }
        return rows;
    }

    private static void rule(List<List<Object>> rows, Thresholds t, String what, double value, String words) {
        if (value >= 0) {
            rows.add(List.of(
                    t.frontend(), t.model(), "a worker is busy over", words + " of " + what, "set by " + t.by()));
        }
    }
}
