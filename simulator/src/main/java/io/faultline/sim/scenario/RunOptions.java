package io.faultline.sim.scenario;

import io.faultline.runtime.history.Fold;
import io.faultline.sim.cluster.Parts;
import java.util.List;

/// What a caller adds to a run without changing what happens in it. Immutable.
///
/// @param folds see every event: recorders, reports
/// @param parts other than the runtime's own only in tests
public record RunOptions(List<Fold> folds, Parts parts) {
    public RunOptions {
        folds = List.copyOf(folds);
    }

    public static RunOptions none() {
        return new RunOptions(List.of(), Parts.PRODUCTION);
    }

    public static RunOptions observedBy(Fold... folds) {
        return new RunOptions(List.of(folds), Parts.PRODUCTION);
    }

    public RunOptions withParts(Parts other) {
        return new RunOptions(folds, other);
    }
}
