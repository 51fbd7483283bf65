package io.faultline.backend.playbook;

import io.faultline.runtime.history.PlaybookRunView.StepView;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One run of a playbook, under way or over. Immutable.
///
/// @param world embedded, distributed or simulated
/// @param endedAt empty while it runs
/// @param verdict empty while it runs; then passed, failed, aborted, inconclusive, or refused when nothing was run
/// @param digest of all events of a simulated run; empty for a live one
/// @param steps the latest word about each step, in the order in which they began; empty for an archived run, whose
///     steps are in its report
/// @param isArchived whether a report is there
@RecordBuilder
public record PlaybookRunRecord(
        String id,
        String playbook,
        String world,
        long seed,
        String by,
        Instant startedAt,
        Optional<Instant> endedAt,
        String verdict,
        String why,
        String digest,
        List<StepView> steps,
        boolean isArchived)
        implements PlaybookRunRecordBuilder.With {

    public boolean isRunning() {
        return endedAt.isEmpty();
    }
}
