package io.faultline.runtime.history;

import java.util.List;

/// One run of a playbook. Immutable.
/// @param endedAtNanos -1 while it runs
/// @param verdict empty while it runs; then passed, failed, aborted or inconclusive
public record PlaybookRunView(
        String run,
        String playbook,
        String by,
        long startedAtNanos,
        long endedAtNanos,
        String verdict,
        String why,
        List<StepView> steps) {

    /// The latest word about one step. @param changedAtNanos when it was said
    public record StepView(
            String phase, String step, String status, String detail, long startedAtNanos, long changedAtNanos) {}
}
