package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.model.ProbeCheck;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.probe.Unit;
import io.faultline.playbook.report.Measurement;
import java.util.List;

/// Compares what is measured with what is tolerated. Pure.
final class Checks {
    private Checks() {}

    /// @param isMet false too when there is no data
    record Reading(ProbeCheck check, Measurement measured, boolean isMet, String bound) {
        /// `ttft p99 is 1.2 s, allowed at most 1 s`
        String text() {
            String figure = check.probe().kind().word().replace('_', ' ');
            return figure + " is " + measured.text() + ", allowed " + bound;
        }
    }

    static Reading read(ProbeCheck check, Observation observation, Scope scope) {
        Unit unit = check.probe().kind().unit();
        Measurement measured = Measurement.of(observation.read(check.probe()), unit);
        boolean isMet = measured.isPresent() && check.tolerance().holds(measured.figure(), scope);
        return new Reading(check, measured, isMet, check.tolerance().text(unit, scope));
    }

    static List<Reading> read(List<ProbeCheck> checks, Observation observation, Scope scope) {
        return checks.stream().map(c -> read(c, observation, scope)).toList();
    }

    static boolean areMet(List<Reading> readings) {
        return readings.stream().allMatch(Reading::isMet);
    }

    /// The readings in words: those that are not met, or all when all are.
    static String text(List<Reading> readings) {
        boolean all = areMet(readings);
        return String.join(
                "; ",
                readings.stream()
                        .filter(r -> all || !r.isMet())
                        .map(Reading::text)
                        .toList());
    }
}
