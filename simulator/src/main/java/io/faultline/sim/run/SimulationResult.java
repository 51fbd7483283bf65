package io.faultline.sim.run;

import io.faultline.sim.cluster.RequestTally;
import io.faultline.sim.invariant.Violation;
import java.util.List;
import java.util.SequencedMap;

/// What came of one run. Immutable.
///
/// @param subject the scenario or playbook
/// @param options what was drawn from the seed, by name, in the order of drawing
/// @param outcome passed or failed; for a playbook its verdict
/// @param why one sentence when it is not passed for another reason than a broken invariant; else empty
/// @param digest of all events, sixteen hexadecimal digits
/// @param events in the stream
/// @param turns run on all loops
/// @param lastEvents the newest events, one line each, oldest first
public record SimulationResult(
        String subject,
        long seed,
        SequencedMap<String, String> options,
        String outcome,
        String why,
        List<Violation> violations,
        String digest,
        long simulatedNanos,
        long events,
        long turns,
        RequestTally requests,
        List<String> lastEvents) {
    public static final String PASSED = "passed";
    public static final String FAILED = "failed";

    public boolean isPassed() {
        return outcome.equals(PASSED);
    }
}
