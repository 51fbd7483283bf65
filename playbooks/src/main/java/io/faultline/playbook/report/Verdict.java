package io.faultline.playbook.report;

import io.faultline.playbook.probe.Words;

/// How a run ended.
public enum Verdict {
    /// Everything that was expected is so, and nothing is left broken.
    PASSED,
    /// Something that was expected is not so.
    FAILED,
    /// Stopped before its end, by a person or an abort condition. Rolled back.
    ABORTED,
    /// Nothing was tried, because the cluster was not in a state in which the result would mean something.
    INCONCLUSIVE;

    /// `passed`
    public String word() {
        return Words.of(this, '-');
    }
}
