package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.model.ProbeCheck;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.run.Checks.Reading;
import java.util.List;
import java.util.Optional;

/// Says when a run must stop: a condition was outside its tolerance for as many evaluations in a row as its failure
/// threshold says. No data is no reason to stop. Confined to the loop.
final class AbortWatch {
    private final List<ProbeCheck> conditions;
    private final Scope scope;
    private final int[] missesInARow;

    AbortWatch(List<ProbeCheck> conditions, Scope scope) {
        this.conditions = conditions;
        this.scope = scope;
        this.missesInARow = new int[conditions.size()];
    }

    /// Evaluates once; the reason to stop, if there is one.
    Optional<String> evaluate(Observation observation) {
        Optional<String> reason = Optional.empty();
        for (int i = 0; i < missesInARow.length; i++) {
            Reading reading = Checks.read(conditions.get(i), observation, scope);
            boolean isMissed = reading.measured().isPresent() && !reading.isMet();
            missesInARow[i] = isMissed ? missesInARow[i] + 1 : 0;
            if (reason.isEmpty() && missesInARow[i] >= conditions.get(i).failureThreshold()) {
                reason = Optional.of("abort condition " + reading.check().name() + ": " + reading.text());
            }
        }
        return reason;
    }
}
