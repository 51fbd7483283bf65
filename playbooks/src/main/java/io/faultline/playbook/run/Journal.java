package io.faultline.playbook.run;

import io.faultline.playbook.report.PlaybookReport.StepLine;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.PlaybookEvent;
import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.List;

/// What a run has done so far: every line goes into the cluster's event stream as it is written, and stays here for
/// the report. Confined to the loop.
final class Journal {
    private final String run;
    private final EventSink events;
    private final List<StepLine> lines = new ArrayList<>();

    Journal(String run, EventSink events) {
        this.run = run;
        this.events = events;
    }

    /// Something has begun.
    void begin(Phase phase, String name, String type, String detail, long nowNanos) {
        lines.add(new StepLine(phase.word(), name, type, "running", detail, nowNanos, nowNanos));
        emit(lines.getLast());
    }

    /// It has ended, or there is news about it.
    void update(Phase phase, String name, String status, String detail, long nowNanos) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            StepLine line = lines.get(i);
            if (line.name().equals(name) && line.phase().equals(phase.word())) {
                lines.set(
                        i,
                        new StepLine(line.phase(), name, line.type(), status, detail, line.startedAtNanos(), nowNanos));
                emit(lines.get(i));
                return;
            }
        }
        throw Invariants.broken("run %s: %s ended in phase %s and never began", run, name, phase.word());
    }

    /// Something that took no time.
    void note(Phase phase, String name, String type, String status, String detail, long nowNanos) {
        lines.add(new StepLine(phase.word(), name, type, status, detail, nowNanos, nowNanos));
        emit(lines.getLast());
    }

    private void emit(StepLine line) {
        events.emit(new PlaybookEvent.PlaybookStepped(run, line.phase(), line.name(), line.status(), line.detail()));
    }

    List<StepLine> lines() {
        return List.copyOf(lines);
    }
}
