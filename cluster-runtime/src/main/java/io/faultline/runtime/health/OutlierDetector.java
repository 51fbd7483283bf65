package io.faultline.runtime.health;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Finds instances that are much slower than their peers, by comparing each one's time between tokens with the median
/// of the others'. What slows all of them (a pause of the observer, a busy machine) changes no ratio. An instance has
/// to stand out in several sweeps in a row, and never is more than a share of the pool set aside. Pure but for the
/// count of sweeps; confined to one loop.
public final class OutlierDetector {
    private final OutlierConfig config;
    private final Map<Long, Integer> sweepsInARow = new TreeMap<>();

    public OutlierDetector(OutlierConfig config) {
        this.config = config;
    }

    /// One instance of a pool.
    ///
    /// @param gaps how many gaps between tokens were seen lately
    /// @param gapNanos their median
    /// @param isEjected whether it is set aside for slowness already
    public record Sample(long instance, int gaps, long gapNanos, boolean isEjected) {}

    /// @param ratio of its time between tokens to the median of its peers'
    /// @param peers how many it was compared with
    public record Outlier(long instance, double ratio, long gapNanos, long peersNanos, int peers) {
        /// For people.
        public String evidence() {
            return "a token every " + gapNanos / 1_000_000 + " ms, " + Math.round(ratio * 10) / 10.0
                    + " times the median of " + peers + (peers == 1 ? " peer (" : " peers (") + peersNanos / 1_000_000
                    + " ms)";
        }
    }

    /// Looks at all instances of one model.
    ///
    /// @return those to be set aside now, the slowest first
    public List<Outlier> sweep(List<Sample> pool) {
        sweepsInARow.keySet().retainAll(pool.stream().map(Sample::instance).toList());
        List<Sample> judged = pool.stream()
                .filter(s -> !s.isEjected() && s.gaps() >= config.samplesMin())
                .toList();
        List<Outlier> found = new ArrayList<>();
        for (Sample sample : judged) {
            Outlier outlier = compare(sample, judged);
            if (outlier.peers() == 0 || outlier.ratio() < config.ratio() || outlier.gapNanos() <= config.floorNanos()) {
                sweepsInARow.remove(sample.instance());
            } else if (sweepsInARow.merge(sample.instance(), 1, Integer::sum) >= config.sweepsToEject()) {
                found.add(outlier);
            }
        }
        long ejected = pool.stream().filter(Sample::isEjected).count();
        int room = (int) Math.max(0, config.ejectedMax(pool.size()) - ejected);
        return found.stream()
                .sorted(Comparator.comparingDouble(Outlier::ratio).reversed())
                .limit(room)
                .toList();
    }

    /// Whether a canary's pace shows that an instance is well again.
    public boolean isWell(long gapNanos, long peersNanos) {
        return gapNanos <= config.floorNanos() || gapNanos * 2 <= config.ratio() * peersNanos;
    }

    private static Outlier compare(Sample sample, List<Sample> judged) {
        long[] others = judged.stream()
                .filter(s -> s.instance() != sample.instance())
                .mapToLong(Sample::gapNanos)
                .sorted()
                .toArray();
        long median = others.length == 0 ? 0 : median(others);
        double ratio = median == 0 ? 0 : (double) sample.gapNanos() / median;
        return new Outlier(sample.instance(), ratio, sample.gapNanos(), median, others.length);
    }

    /// Of two in the middle the faster one: with two peers, one of them slow too, the other is the measure.
    private static long median(long[] sorted) {
        return Arrays.stream(sorted).skip((sorted.length - 1) / 2).findFirst().orElse(0);
    }
}
