package io.faultline.sim.bench;

import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import io.faultline.sim.bench.OverloadStage.Measured;
import io.faultline.sim.bench.OverloadStage.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// How much good a cluster still does when more is asked of it than it can do.
///
/// Three measurements of clusters that differ in nothing but their load and whether they shed it:
/// 1. *uncongested*: at a rate far below capacity; the limits of what is good follow from its latencies
/// 2. *capacity*: with shedding off, the largest goodput at any offered rate; around the best rate of a coarse
///    search it is searched more finely. Goodput counts the requests sent in the measured phase that completed
///    within both limits, a second
/// 3. *overload*: a step from half of the capacity to a multiple of it, with shedding on and off; measured after a
///    moment in which the step is digested. The goodput is compared with the capacity, which is measured once more
///    just before; of several such pairs the median counts, so that a machine that others use too does little harm
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
    /// @param rates offered in the search of the capacity, ascending
    /// @param refinements how often the distance between rates is halved around the best
    /// @param ttftFactor a good time to first token is at most so many times the uncongested p99
    /// @param itlFactor the same for a request's mean time between tokens
    /// @param settleNanos after a change of load, before it is measured
    /// @param measureNanos how long is measured
    /// @param finishNanos for which the load goes on, for measured requests to end
    /// @param multiples of the capacity that are offered
    /// @param pairs of capacity and overload; odd, for a median. Without shedding one has to do
    public record Settings(
            double uncongestedRate,
            List<Double> rates,
            int refinements,
            double ttftFactor,
            double itlFactor,
            long settleNanos,
            long measureNanos,
            long finishNanos,
            List<Double> multiples,
            int pairs) {
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
    /// @param rate requests a second that were to be sent on average
    /// @param offered those that were
    /// @param goodput requests a second that were good
    /// @param refusedShare of the requests sent
    /// @param failed requests that neither completed nor were refused, nor are still open
    /// @param ttftP50Nanos of those that completed; 0 when none did
    public record Row(
            double multiple,
            boolean isShedding,
            double rate,
            double offered,
            double goodput,
            double refusedShare,
            int failed,
            long ttftP50Nanos,
            long ttftP99Nanos,
            long itlP50Nanos,
            long itlP99Nanos) {}

    /// One measurement beside the capacity of the same moment.
    public record Pair(Row row, double capacity) {
        public double ratio() {
            return row.goodput() / capacity;
        }
    }

    /// What became of one multiple, with or without shedding.
    /// @param pairs by their ratio, the smallest first
    public record Overload(List<Pair> pairs) {
        public Overload {
            pairs = pairs.stream()
                    .sorted(Comparator.comparingDouble(Pair::ratio))
                    .toList();
        }

        public Pair median() {
            return pairs.get(pairs.size() / 2);
        }
    }

    /// @param capacity good requests a second, the median of those measured beside the overloads
    /// @param capacitySpread how far those are apart, as a share of the median
    /// @param search of the capacity
    /// @param overload in the order of the multiples, shedding on before off
    public record Report(
            Row uncongested,
            Limits limits,
            double capacity,
            double capacitySpread,
            List<Row> search,
            List<Overload> overload) {}

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
        Row uncongested = row(0, false, settings.uncongestedRate(), calm, limits);
        progress.accept("uncongested: " + uncongested);
        List<Row> search = search(limits);
        Row best = search.stream()
                .max(Comparator.comparingDouble(Row::goodput))
                .orElseThrow(() -> new IllegalStateException("no rate was offered"));
        List<Double> capacities = new ArrayList<>();
        List<List<Pair>> pairs = new ArrayList<>();
        for (int i = 0; i < 2 * settings.multiples().size(); i++) {
            pairs.add(new ArrayList<>());
        }
        for (int pair = 0; pair < settings.pairs(); pair++) {
            double capacity = searched(best.rate(), limits, search).goodput();
            capacities.add(capacity);
            for (int m = 0; m < settings.multiples().size(); m++) {
                pairs.get(2 * m).add(overload(settings.multiples().get(m), true, best.goodput(), capacity, limits));
                if (pair == 0) {
                    pairs.get(2 * m + 1)
                            .add(overload(settings.multiples().get(m), false, best.goodput(), capacity, limits));
                }
            }
        }
        Collections.sort(capacities);
        double capacity = capacities.get(capacities.size() / 2);
        return new Report(
                uncongested,
                limits,
                capacity,
                (capacities.getLast() - capacities.getFirst()) / capacity,
                List.copyOf(search),
                pairs.stream().map(Overload::new).toList());
    }

    /// @param known capacity that rates are multiples of
    /// @param capacity of this moment
    private Pair overload(double multiple, boolean shedding, double known, double capacity, Limits limits) {
        Row row = row(multiple, shedding, multiple * known, offer(shedding, known / 2, multiple * known), limits);
        progress.accept("overload: " + row);
        return new Pair(row, capacity);
    }

    private List<Row> search(Limits limits) {
        List<Row> found = new ArrayList<>();
        List<Double> rates = settings.rates();
        double best = rates.getFirst();
        double capacity = 0;
        double gap = 0;
        for (int i = 0; i < rates.size(); i++) {
            Row row = searched(rates.get(i), limits, found);
            gap = i == 0 ? rates.get(i) : rates.get(i) - rates.get(i - 1);
            if (row.goodput() > capacity) {
                capacity = row.goodput();
                best = rates.get(i);
            }
            if (row.goodput() < 0.5 * capacity) {
                break;
            }
        }
        for (int round = 0; round < settings.refinements(); round++) {
            gap /= 2;
            double middle = best;
            for (double rate : new double[] {middle - gap, middle + gap}) {
                Row row = searched(rate, limits, found);
                if (row.goodput() > capacity) {
                    capacity = row.goodput();
                    best = rate;
                }
            }
        }
        return found;
    }

    private Row searched(double rate, Limits limits, List<Row> found) {
        Row row = row(0, false, rate, offer(false, rate / 2, rate), limits);
        progress.accept("capacity: " + row);
        found.add(row);
        return row;
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

    private static Row row(double multiple, boolean shedding, double rate, Measured measured, Limits limits) {
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
                rate,
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
