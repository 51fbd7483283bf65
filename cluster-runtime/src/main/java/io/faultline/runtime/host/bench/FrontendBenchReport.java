package io.faultline.runtime.host.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What came of a bench: the pairs in order, and the frontend alone with many streams. Immutable.
public record FrontendBenchReport(
        FrontendBench.Settings settings,
        List<Side> ours,
        List<Side> theirs,
        @Nullable Held held) {
    /// Our cost may be this many times nginx's.
    public static final double RATIO_MAX = 1.0;

    /// A stream is held when at most this share of all gaps is longer than ten times the pace; see also
    /// [#heldRate].
    private static final double STALLED_SHARE_MAX = 0.001;

    private static final double HELD_SHARE_MIN = 0.99;

    /// One measurement of one server.
    /// @param cpuMicros processor time of the server
    /// @param machineMicros processor time of everything on the machine
    public record Side(long nanos, long cpuMicros, long machineMicros, long chunks, long broken, Gaps gaps) {
        double microsPerChunk() {
            return (double) cpuMicros / Math.max(1, chunks);
        }

        double chunksPerSecond() {
            return chunks * 1e9 / nanos;
        }
    }

    /// @param offeredPerSecond tokens that the workers made
    public record Held(int streams, int offeredPerSecond, Side side) {}

    /// The verdict's words stand in [#toString].
    public enum Verdict {
        PASSED,
        FAILED,
        INCONCLUSIVE
    }

    /// Our cost over nginx's, pair by pair.
    double[] ratios() {
        double[] ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours.get(i).microsPerChunk() / theirs.get(i).microsPerChunk();
        }
        return ratios;
    }

    double medianRatio() {
        double[] sorted = ratios();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// Inconclusive when either side fell behind or varied by more than a third, since what is compared then
    /// is the machine's other work.
    public Verdict verdict() {
        double wanted = (double) settings.streams() * settings.tokensPerSecond();
        boolean keptUp = ours.stream().allMatch(s -> s.chunksPerSecond() > 0.9 * wanted)
                && theirs.stream().allMatch(s -> s.chunksPerSecond() > 0.9 * wanted);
        if (!keptUp || spread(ours) > 1.35 || spread(theirs) > 1.35) {
            return Verdict.INCONCLUSIVE;
        }
        return medianRatio() <= RATIO_MAX && isHeld() ? Verdict.PASSED : Verdict.FAILED;
    }

    private static double spread(List<Side> sides) {
        double most = sides.stream().mapToDouble(Side::microsPerChunk).max().orElse(0);
        double least = sides.stream().mapToDouble(Side::microsPerChunk).min().orElse(1);
        return most / least;
    }

    private boolean isHeld() {
        Held all = held;
        return all == null
                || all.side.chunksPerSecond() >= HELD_SHARE_MIN * all.offeredPerSecond
                        && all.side.gaps().stalled() <= STALLED_SHARE_MAX * all.side.chunks()
                        && all.side.broken() == 0;
    }

    /// For people.
    public String table() {
        StringBuilder out = new StringBuilder();
        out.append("%d streams, %d tokens/s each, %d chunks a stream, %d workers; frontend JVM %s%n"
                .formatted(
                        settings.streams(),
                        settings.tokensPerSecond(),
                        settings.chunks(),
                        settings.workers(),
                        String.join(" ", settings.frontendOptions())));
        out.append("pair   ours us/chunk  chunks/s  p99 ms   nginx us/chunk  chunks/s  p99 ms   ratio%n".formatted());
        double[] ratios = ratios();
        for (int i = 0; i < ratios.length; i++) {
            Side a = ours.get(i);
            Side b = theirs.get(i);
            out.append(String.format(
                    Locale.ROOT,
                    "%4d   %13.2f  %8.0f  %6.1f   %14.2f  %8.0f  %6.1f   %5.2f%n",
                    i + 1,
                    a.microsPerChunk(),
                    a.chunksPerSecond(),
                    a.gaps().quantileMillis(0.99),
                    b.microsPerChunk(),
                    b.chunksPerSecond(),
                    b.gaps().quantileMillis(0.99),
                    ratios[i]));
        }
        Held all = held;
        if (all != null) {
            Side side = all.side;
            out.append(String.format(
                    Locale.ROOT,
                    "%d streams on the frontend: %.0f of %d tokens/s, %.2f us/chunk, %d gaps above twice the pace, "
                            + "%d above ten times, p99 %.1f ms, %d broken%n",
                    all.streams,
                    side.chunksPerSecond(),
                    all.offeredPerSecond,
                    side.microsPerChunk(),
                    side.gaps().late(),
                    side.gaps().stalled(),
                    side.gaps().quantileMillis(0.99),
                    side.broken()));
        }
        return out.append(String.format(
                        Locale.ROOT, "median ratio %.2f (at most %.2f): %s%n", medianRatio(), RATIO_MAX, word()))
                .toString();
    }

    private String word() {
        return verdict().name().toLowerCase(Locale.ROOT);
    }

    /// For scripts, on one line.
    public String json() {
        Held all = held;
        String alone = all == null
                ? "null"
                : String.format(
                        Locale.ROOT,
                        "{\"streams\":%d,\"offeredPerSecond\":%d,\"achievedPerSecond\":%.0f,\"microsPerChunk\":%.3f,"
                                + "\"late\":%d,\"stalled\":%d,\"broken\":%d}",
                        all.streams,
                        all.offeredPerSecond,
                        all.side.chunksPerSecond(),
                        all.side.microsPerChunk(),
                        all.side.gaps().late(),
                        all.side.gaps().stalled(),
                        all.side.broken());
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"frontend\",\"verdict\":\"%s\",\"medianRatio\":%.3f,\"ratioMax\":%.2f,"
                        + "\"oursMicrosPerChunk\":%s,\"nginxMicrosPerChunk\":%s,\"held\":%s}",
                word(),
                medianRatio(),
                RATIO_MAX,
                costs(ours),
                costs(theirs),
                alone);
    }

    private static String costs(List<Side> sides) {
        return Arrays.toString(sides.stream()
                .map(s -> String.format(Locale.ROOT, "%.3f", s.microsPerChunk()))
                .toArray());
    }
}
