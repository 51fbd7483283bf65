package io.faultline.sim.run;

import io.faultline.sim.invariant.Violation;
import io.faultline.sim.trace.EventLine;
import java.util.Optional;

/// What is printed when a run fails: which invariant, where and when, how to see it again. Its last line is a
/// command.
public final class FailureBlock {
    private FailureBlock() {}

    /// Of a scenario, or of a playbook that is shipped: its name leads back to it.
    ///
    /// @param tracePath where the caller has written all events, if it has
    public static String of(SimulationResult result, Optional<String> tracePath) {
        return of(result, new Reproduction(result.subject(), result.seed()), tracePath);
    }

    /// @param reproduction of the run
    /// @param tracePath where the caller has written all events, if it has
    public static String of(SimulationResult result, Reproduction reproduction, Optional<String> tracePath) {
        StringBuilder block = new StringBuilder();
        for (Violation violation : result.violations()) {
            block.append("BROKEN: ")
                    .append(violation.invariant())
                    .append(": ")
                    .append(violation.sentence())
                    .append('\n')
                    .append("  ")
                    .append(violation.words())
                    .append('\n')
                    .append("  at ")
                    .append(EventLine.seconds(violation.atNanos()))
                    .append(", after event ")
                    .append(violation.eventNumber())
                    .append(", on ")
                    .append(violation.node())
                    .append('\n');
        }
        if (!result.why().isEmpty()) {
            block.append(result.outcome().toUpperCase(java.util.Locale.ROOT))
                    .append(": ")
                    .append(result.why())
                    .append('\n');
        }
        block.append("seed ")
                .append(result.seed())
                .append(", ")
                .append(result.subject())
                .append('\n');
        result.options()
                .forEach((name, value) -> block.append("  ")
                        .append(name)
                        .append(" = ")
                        .append(value)
                        .append('\n'));
        block.append("last ").append(result.lastEvents().size()).append(" events:\n");
        result.lastEvents().forEach(line -> block.append("  ").append(line).append('\n'));
        tracePath.ifPresent(path -> block.append("all events: ").append(path).append('\n'));
        block.append("REPRODUCE WITH: ").append(reproduction.command());
        return block.toString();
    }
}
