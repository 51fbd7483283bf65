package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.PlaybookEvent;
import io.faultline.runtime.history.PlaybookRunView.StepView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The newest `runsMax` playbook runs with the latest word about each step.
final class PlaybookFold implements Fold {
    private final int runsMax;
    private final LinkedHashMap<String, Run> runs = new LinkedHashMap<>();

    PlaybookFold(int runsMax) {
        this.runsMax = runsMax;
    }

    @Override
    public void apply(ClusterEvent event) {
        switch (event.record()) {
            case PlaybookEvent.PlaybookStarted p -> {
                runs.put(p.run(), new Run(p, event.atNanos()));
                if (runs.size() > runsMax) {
                    runs.pollFirstEntry();
                }
            }
            case PlaybookEvent.PlaybookStepped p -> {
                Run run = runs.get(p.run());
                if (run != null) {
                    run.stepped(event.atNanos(), p);
                }
            }
            case PlaybookEvent.PlaybookFinished p -> {
                Run run = runs.get(p.run());
                if (run != null) {
                    run.verdict = p.verdict();
                    run.why = p.why();
                    run.endedAt = event.atNanos();
                }
            }
            default -> {
                // Not about a playbook.
            }
        }
    }

    List<PlaybookRunView> newest() {
        List<PlaybookRunView> views = new ArrayList<>(runs.size());
        for (Run run : runs.sequencedValues().reversed()) {
            views.add(run.view());
        }
        return views;
    }

    private static final class Run {
        final PlaybookEvent.PlaybookStarted started;
        final long startedAt;
        final LinkedHashMap<String, StepView> steps = new LinkedHashMap<>();
        long endedAt = -1;
        String verdict = "";
        String why = "";

        Run(PlaybookEvent.PlaybookStarted started, long startedAt) {
            this.started = started;
            this.startedAt = startedAt;
        }

        void stepped(long at, PlaybookEvent.PlaybookStepped p) {
            String key = p.phase() + '\0' + p.step();
            StepView before = steps.get(key);
            long since = before == null ? at : before.startedAtNanos();
            steps.put(key, new StepView(p.phase(), p.step(), p.status(), p.detail(), since, at));
        }

        PlaybookRunView view() {
            return new PlaybookRunView(
                    started.run(),
                    started.playbook(),
                    started.by(),
                    startedAt,
                    endedAt,
                    verdict,
                    why,
                    List.copyOf(steps.sequencedValues()));
        }
    }
}
