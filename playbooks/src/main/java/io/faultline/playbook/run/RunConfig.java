package io.faultline.playbook.run;

import io.faultline.runtime.seam.Invariants;

/// How patient a run is.
///
/// @param pollNanos how often hypothesis, abort conditions and waiting steps are looked at; default 250 ms
/// @param steadyWithinNanos how long the hypothesis may take to hold before anything is done; default 60 s. The
///     success ratio looks back 30 s, so less would refuse a cluster that has just become well
/// @param releaseWithinNanos how long own faults and loads may take to end; default 60 s
/// @param recoverWithinNanos how long verification and hypothesis may take to hold afterwards; default 120 s
/// @param expectWithinNanos how long the last records may take to arrive before an expectation counts as missed;
///     default 10 s
/// @param runMaxNanos after which a run that is still at its method is aborted; default 2 h
public record RunConfig(
        long pollNanos,
        long steadyWithinNanos,
        long releaseWithinNanos,
        long recoverWithinNanos,
        long expectWithinNanos,
        long runMaxNanos) {
    private static final long SECOND = 1_000_000_000L;

    public RunConfig {
        Invariants.check(pollNanos > 0, "a run looks at things every %s ns", pollNanos);
        Invariants.check(
                steadyWithinNanos >= 0
                        && releaseWithinNanos >= pollNanos
                        && recoverWithinNanos >= pollNanos
                        && expectWithinNanos >= 0
                        && runMaxNanos >= pollNanos,
                "waiting is at least as long as the time between two looks");
    }

    public static RunConfig defaults() {
        return new RunConfig(SECOND / 4, 60 * SECOND, 60 * SECOND, 120 * SECOND, 10 * SECOND, 7_200 * SECOND);
    }
}
