package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.model.ProbeCheck;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.probe.Unit;
import io.faultline.playbook.report.Measurement;
import io.faultline.playbook.report.PlaybookReport.HypothesisLine;
import io.faultline.playbook.run.Checks.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Follows the steady-state hypothesis before, during and after the method. A probe has deviated once it was outside
/// its tolerance for as many evaluations in a row as its failure threshold says. Confined to the loop.
final class HypothesisWatch {
    private final List<ProbeCheck> checks;
    private final Scope scope;
    private final List<Probed> probed = new ArrayList<>();
    private long steadySinceNanos = -1;

    HypothesisWatch(List<ProbeCheck> checks, Scope scope) {
        this.checks = checks;
        this.scope = scope;
        checks.forEach(c -> probed.add(new Probed(c)));
    }

    /// Since when all probes have been inside their tolerances; -1 while one is not.
    long steadySinceNanos() {
        return steadySinceNanos;
    }

    List<Reading> before(Observation observation) {
        List<Reading> readings = evaluate(observation);
        for (int i = 0; i < readings.size(); i++) {
            probed.get(i).before = readings.get(i).measured();
        }
        return readings;
    }

    /// Evaluates once; the probes that have deviated for the first time just now.
    List<Reading> during(Observation observation) {
        List<Reading> readings = evaluate(observation);
        List<Reading> deviated = new ArrayList<>();
        for (int i = 0; i < readings.size(); i++) {
            if (probed.get(i).during(readings.get(i))) {
                deviated.add(readings.get(i));
            }
        }
        return deviated;
    }

    List<Reading> after(Observation observation) {
        List<Reading> readings = evaluate(observation);
        for (int i = 0; i < readings.size(); i++) {
            probed.get(i).after = readings.get(i).measured();
            probed.get(i).isMetAfter = readings.get(i).isMet();
        }
        return readings;
    }

    boolean hasDeviated() {
        return probed.stream().anyMatch(p -> p.deviated);
    }

    private List<Reading> evaluate(Observation observation) {
        List<Reading> readings = Checks.read(checks, observation, scope);
        if (!Checks.areMet(readings)) {
            steadySinceNanos = -1;
        } else if (steadySinceNanos < 0) {
            steadySinceNanos = observation.nowNanos();
        }
        return readings;
    }

    List<HypothesisLine> lines() {
        return probed.stream().map(p -> p.line(scope)).toList();
    }

    /// The first probe that deviated, in words.
    Optional<String> deviation() {
        return probed.stream()
                .filter(p -> p.deviated)
                .map(p -> p.check.name() + " went to " + p.during.text() + ", allowed "
                        + p.check.tolerance().text(p.check.probe().kind().unit(), scope))
                .findFirst();
    }

    private static final class Probed {
        final ProbeCheck check;
        Measurement before;
        Measurement during;
        Measurement after;
        int evaluations;
        int misses;
        int missesInARow;
        boolean deviated;
        boolean isMetAfter;

        Probed(ProbeCheck check) {
            this.check = check;
            Unit unit = check.probe().kind().unit();
            Measurement none = Measurement.of(OptionalDouble.empty(), unit);
            this.before = none;
            this.during = none;
            this.after = none;
        }

        /// True when it deviates now and had not before.
        boolean during(Reading reading) {
            evaluations++;
            if (reading.isMet()) {
                missesInARow = 0;
                // What was outside is kept as the figure to show.
                during = misses == 0 ? reading.measured() : during;
                return false;
            }
            misses++;
            missesInARow++;
            during = reading.measured();
            boolean isNew = !deviated && missesInARow >= check.failureThreshold();
            deviated |= isNew;
            return isNew;
        }

        HypothesisLine line(Scope scope) {
            String bound = check.tolerance().text(check.probe().kind().unit(), scope);
            return new HypothesisLine(
                    check.name(), bound, before, during, evaluations, misses, deviated, after, isMetAfter);
        }
    }
}
