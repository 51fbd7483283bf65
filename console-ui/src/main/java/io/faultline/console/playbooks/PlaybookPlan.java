package io.faultline.console.playbooks;

import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.model.ProbeCheck;
import io.faultline.playbook.model.Step;
import java.util.ArrayList;
import java.util.List;

/// What a playbook will do and look at, in the order of a run, before anybody runs it.
final class PlaybookPlan {
    private PlaybookPlan() {}

    static LiveTable of(Playbook playbook) {
        LiveTable plan = new LiveTable("This playbook does nothing.", "Phase", "Kind", "What");
        List<List<Object>> rows = new ArrayList<>();
        checks(rows, "before and after", playbook.steadyState().probes());
        steps(rows, "method", playbook.method());
        checks(rows, "stop at once unless", playbook.abortConditions());
        steps(rows, "roll back", playbook.rollbacks());
        checks(rows, "verify", playbook.verify());
        checks(rows, "expect", playbook.expect());
        plan.show(rows);
        return plan;
    }

    private static void steps(List<List<Object>> rows, String phase, List<Step> steps) {
        for (Step step : steps) {
            rows.add(List.of(phase, kind(step), words(step.head().title(), step.name())));
        }
    }

    private static void checks(List<List<Object>> rows, String phase, List<ProbeCheck> checks) {
        for (ProbeCheck check : checks) {
            rows.add(List.of(phase, new State("check", "◔", "plain"), words(check.title(), check.name())));
        }
    }

    /// What breaks something stands out.
    private static State kind(Step step) {
        return step instanceof Step.Inject ? new State(step.type(), "▲", "bad") : new State(step.type(), "▶", "plain");
    }

    private static String words(String title, String name) {
        return title.isEmpty() ? name : title;
    }
}
