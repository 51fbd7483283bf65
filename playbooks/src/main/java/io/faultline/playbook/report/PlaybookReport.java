package io.faultline.playbook.report;

import io.faultline.playbook.model.Playbook.Chart;
import io.faultline.playbook.model.Playbook.Table;
import io.faultline.runtime.history.FaultView;
import java.util.List;
import java.util.Optional;

/// Everything there is to say about one finished run. Immutable. Times are nanoseconds of the cluster's time.
///
/// @param why the verdict in words, one sentence a reason; empty for a run that passed
/// @param steps in the order in which they began
/// @param hypothesis one line a probe of the steady-state hypothesis
/// @param verification the proof that nothing is left broken
/// @param outcome the outcome table
/// @param faults what this run injected, oldest first
/// @param tables which tables the playbook wants to be shown
public record PlaybookReport(
        RunFacts run,
        Verdict verdict,
        List<String> why,
        List<StepLine> steps,
        List<HypothesisLine> hypothesis,
        List<CheckLine> expectations,
        List<CheckLine> verification,
        List<OutcomeRow> outcome,
        List<FaultView> faults,
        List<ChartSeries> charts,
        List<Table> tables) {

    /// Which run this was.
    ///
    /// @param by who started it
    /// @param world simulated, embedded or distributed
    public record RunFacts(
            String id,
            String playbook,
            String title,
            String description,
            List<String> requirements,
            String by,
            String world,
            long seed,
            List<NamedText> parameters,
            long startedAtNanos,
            long endedAtNanos) {
        public long durationNanos() {
            return endedAtNanos - startedAtNanos;
        }
    }

    public record NamedText(String name, String text) {}

    /// @param phase as in [io.faultline.runtime.event.PlaybookEvent.PlaybookStepped]
    /// @param type inject, gate ... or check for what the run does by itself
    /// @param status passed, failed, skipped; running when the run ended within it
    public record StepLine(
            String phase,
            String name,
            String type,
            String status,
            String detail,
            long startedAtNanos,
            long endedAtNanos) {}

    /// A probe of the hypothesis before, during and after.
    ///
    /// @param during the last figure that was outside the tolerance, else the last one
    /// @param evaluations how often it was read during the method and the rollbacks
    /// @param misses how many of these were outside the tolerance
    /// @param deviated more of these in a row than its failure threshold allows
    public record HypothesisLine(
            String name,
            String bound,
            Measurement before,
            Measurement during,
            int evaluations,
            int misses,
            boolean deviated,
            Measurement after,
            boolean isMetAfter) {}

    /// Something that had to hold at the end.
    public record CheckLine(
            String name, String title, String probe, Measurement measured, String bound, boolean isMet) {}

    /// @param isComparable whether a run of the same playbook with the same seed in another world must show the same
    ///     text; false for what depends on speed
    public record OutcomeRow(String name, String text, boolean isComparable) {}

    /// One value a second. `values` may be NaN where there was no data.
    public record ChartSeries(Chart chart, String title, String unit, long firstSecond, List<Double> values) {}

    public boolean shows(Table table) {
        return tables.contains(table);
    }

    public Optional<OutcomeRow> outcomeRow(String name) {
        return outcome.stream().filter(row -> row.name().equals(name)).findFirst();
    }
}
