package io.faultline.sim.bench;

import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.sim.bench.OverloadStage.Measured;
import io.faultline.sim.bench.OverloadStage.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// How much good a cluster still does when more is asked of it than it can do.
///
/// Three measurements of clusters that differ in nothing but their load and whether they shed it:
/// 1. *uncongested*: at a rate far below capacity; the limits of what is good follow from its latencies
/// 2. *capacity*: with shedding off, the largest goodput at any offered rate. Goodput counts the requests sent
///    in the measured phase that completed within both limits, a second
/// 3. *overload*: a step from half of the capacity to a multiple of it, with shedding on and off; measured after a
///    moment in which the step is digested. The goodput is compared with the capacity
///
/// Loads are open loops, so that clients do not slow down with the service. Confined to one thread.
public final class OverloadStudy {
    private final Settings settings;
    private final Stages stages;
    private final Consumer<String> progress;

    /// Makes clusters.
    public interface Stages {
        OverloadStage open(boolean isShedding);
    }

    /// @param uncongestedRate requests a second that congest nothing
    /// @param rates offered in the search of the capacity
    /// @param ttftFactor a good time to first token is at most so many times the uncongested p99
    /// @param itlFactor the same for a request's mean time between tokens
    /// @param settleNanos after a change of load, before it is measured
    /// @param measureNanos how long is measured
    /// @param finishNanos for which the load goes on, for measured requests to end
    /// @param multiples of the capacity that are offered
    public record Settings(
            double uncongestedRate,
            List<Double> rates,
            double ttftFactor,
            double itlFactor,
            long settleNanos,
            long measureNanos,
            long finishNanos,
            List<Double> multiples) {
        public Settings {
            rates = List.copyOf(rates);
            multiples = List.copyOf(multiples);
        }
    }

    /// What is good.
    public record Limits(long ttftNanos, long itlNanos) {
        boolean keptBy(ObservedAnswer answer) {
            return answer.outcome() instanceof Outcome.Completed
                    && answer.ttftNanos() >= 0
                    && answer.ttftNanos() <= ttftNanos
                    && answer.itlMeanNanos() <= itlNanos;
        }
    }

    /// One measurement.
    /// @param multiple of the capacity that was offered; 0 before it was known
    /// @param offered requests a second that were sent
    /// @param goodput requests a second that were good
    /// @param refusedShare of the requests sent
    /// @param failed requests that neither completed nor were refused, nor are still open
    /// @param ttftP50Nanos of those that completed; 0 when none did
    public record Row(
            double multiple,
            boolean isShedding,
            double offered,
            double goodput,
            double refusedShare,
            int failed,
            long ttftP50Nanos,
            long ttftP99Nanos,
            long itlP50Nanos,
            long itlP99Nanos) {}

    /// @param search of the capacity
    /// @param overload in the order of the multiples, shedding on before off
    public record Report(Row uncongested, Limits limits, double capacity, List<Row> search, List<Row> overload) {
        /// Goodput over capacity.
        public double ratio(Row row) {
            return row.goodput() / capacity;
        }
    }

    public OverloadStudy(Settings settings, Stages stages, Consumer<String> progress) {
        this.settings = settings;
        this.stages = stages;
        this.progress = progress;
    }

    public Report run() {
        Measured calm = offer(false, settings.uncongestedRate(), settings.uncongestedRate());
        Limits limits =
                new Limits((long) (settings.ttftFactor() * quantile(calm, ObservedAnswer::ttftNanos, 0.99)), (long)
                        (settings.itlFactor() * quantile(calm, ObservedAnswer::itlMeanNanos, 0.99)));
        Row uncongested = row(0, false, calm, limits);
        progress.accept("uncongested: " + uncongested);
        List<Row> search = new ArrayList<>();
        double capacity = 0;
        for (double rate : settings.rates()) {
            Row row = row(0, false, offer(false, rate / 2, rate), limits);
            progress.accept("capacity: " + row);
            search.add(row);
            capacity = Math.max(capacity, row.goodput());
            if (row.goodput() < 0.5 * capacity) {
                break;
            }
        }
        List<Row> overload = new ArrayList<>();
        for (double multiple : settings.multiples()) {
            for (boolean shedding : new boolean[] {true, false}) {
                Row row = row(multiple, shedding, offer(shedding, capacity / 2, capacity * multiple), limits);
                progress.accept("overload: " + row);
                overload.add(row);
            }
        }
        return new Report(uncongested, limits, capacity, List.copyOf(search), List.copyOf(overload));
    }

    /// A step from one rate to another, on a fresh cluster.
    private Measured offer(boolean shedding, double before, double rate) {
        try (OverloadStage stage = stages.open(shedding)) {
            return stage.offer(List.of(
                    new Phase(before, settings.settleNanos(), false),
                    new Phase(rate, settings.settleNanos(), false),
                    new Phase(rate, settings.measureNanos(), true),
                    new Phase(rate, settings.finishNanos(), false)));
        }
    }

    private static Row row(double multiple, boolean shedding, Measured measured, Limits limits) {
        int good = 0;
        int refused = 0;
        int failed = 0;
        for (ObservedAnswer answer : measured.ended()) {
            good += limits.keptBy(answer) ? 1 : 0;
            refused += answer.outcome() instanceof Outcome.Rejected ? 1 : 0;
            failed += answer.outcome() instanceof Outcome.Failed ? 1 : 0;
        }
        return new Row(
                multiple,
                shedding,
                measured.sent() / measured.seconds(),
                good / measured.seconds(),
                (double) refused / Math.max(1, measured.sent()),
                failed,
                quantile(measured, ObservedAnswer::ttftNanos, 0.5),
                quantile(measured, ObservedAnswer::ttftNanos, 0.99),
                quantile(measured, ObservedAnswer::itlMeanNanos, 0.5),
                quantile(measured, ObservedAnswer::itlMeanNanos, 0.99));
    }

    private static long quantile(Measured measured, ToLongFunction<ObservedAnswer> latency, double share) {
        long[] sorted = measured.ended().stream()
                .filter(answer -> answer.outcome() instanceof Outcome.Completed)
                .mapToLong(latency)
                .toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }
}
