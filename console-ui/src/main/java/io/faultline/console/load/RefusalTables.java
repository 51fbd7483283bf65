package io.faultline.console.load;

import io.faultline.console.shell.Figures;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.runtime.history.LoadSnapshot;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Refused requests by their reason and by their class of priority.
final class RefusalTables {
    private static final List<PriorityClass> CLASSES =
            List.of(PriorityClass.HIGH, PriorityClass.NORMAL, PriorityClass.LOW, PriorityClass.UNREAD);

    private final LiveTable byReason = new LiveTable(
            "Nobody has been refused.", "Reason", "Last " + Lately.SECONDS + " s", "In all", "What it means");
    private final LiveTable byPriority =
            new LiveTable("Nobody has asked for anything.", "Priority", "Arrived", "Refused", "Let in");

    RefusalTables() {
        byReason.addClassName("fl-wrapped");
    }

    LiveTable byReason() {
        return byReason;
    }

    LiveTable byPriority() {
        return byPriority;
    }

    void show(LoadSnapshot load) {
        Lately lately = Lately.of(load);
        List<List<Object>> reasons = new ArrayList<>();
        for (Map.Entry<RejectReason, Integer> each : load.rejections().entrySet()) {
            RejectReason reason = each.getKey();
            reasons.add(List.of(
                    Lately.words(reason),
                    Figures.count(lately.sum(s -> s.rejections().getOrDefault(reason, 0))),
                    Figures.count(each.getValue()),
                    Lately.meaning(reason)));
        }
        byReason.show(reasons);
        List<List<Object>> classes = new ArrayList<>();
        for (PriorityClass priority : CLASSES) {
            int arrived = lately.sum(s -> s.arrived().getOrDefault(priority, 0));
            int refused = lately.sum(s -> s.refused().getOrDefault(priority, 0));
            if (arrived > 0) {
                classes.add(List.of(
                        Lately.words(priority),
                        Figures.count(arrived),
                        Figures.count(refused),
                        refused == 0
                                ? new State("all", "●", "ok")
                                : new State(Figures.share(arrived - refused, arrived), "▲", "warn")));
            }
        }
        byPriority.show(classes);
    }
}
