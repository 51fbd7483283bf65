package io.faultline.playbook.run;

import io.faultline.playbook.report.Verdict;
import java.util.ArrayList;
import java.util.List;

/// Why a run did not simply pass. What was stopped stays aborted whatever else is wrong; what was not tried stays
/// inconclusive. Confined to the loop.
final class Judgement {
    private final List<String> reasons = new ArrayList<>();
    private Verdict verdict = Verdict.PASSED;

    void fail(String why) {
        reasons.add(why);
        if (verdict == Verdict.PASSED) {
            verdict = Verdict.FAILED;
        }
    }

    void abort(String why) {
        // The reason for the verdict comes first.
        reasons.addFirst(why);
        verdict = Verdict.ABORTED;
    }

    void leaveOpen(String why) {
        reasons.add(why);
        if (verdict != Verdict.ABORTED) {
            verdict = Verdict.INCONCLUSIVE;
        }
    }

    boolean isAborted() {
        return verdict == Verdict.ABORTED;
    }

    Verdict verdict() {
        return verdict;
    }

    List<String> reasons() {
        return List.copyOf(reasons);
    }
}
