package io.faultline.console.bench;

import io.faultline.console.bench.BenchedCluster.Blow;
import io.faultline.console.bench.BenchedCluster.Detection;
import io.faultline.console.bench.GapAnalysis.Figures;
import io.faultline.console.bench.GapAnalysis.Pause;
import io.faultline.console.bench.GapAnalysis.Round;
import io.faultline.console.bench.LiveStreams.Check;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.text.BpeTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Strikes workers under live streams and measures what the clients notice. Confined to its thread.
public final class MigrationGapBench {
    private static final long PROGRESS_MAX_NANOS = 60_000_000_000L;
    private static final int PAUSE_MIN_MILLIS = 100;
    private static final int PAUSE_MAX_MILLIS = 900;
    private static final int WORST_ROUNDS = 5;

    private final Options options;
    private final SplittableRandom random;
    private final UndisturbedAnswers undisturbed = new UndisturbedAnswers(BpeTokenizer.cl100kBase());

    /// @param rounds with the frontend's own detection
    /// @param leaseRounds with leases alone; 0 = none
    /// @param freezes SIGSTOP instead of SIGKILL
    public record Options(int rounds, int leaseRounds, int streams, int maxTokens, boolean freezes, long seed) {}

    /// @param summary for people
    /// @param figures for scripts, in order
    public record Result(String summary, Map<String, Object> figures, boolean passed) {}

    public MigrationGapBench(Options options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed);
    }

    /// Rounds of blows.
    Result gaps(BenchedCluster cluster) throws Exception {
        LiveStreams own = streams(cluster, Detection.STREAMS);
        List<Round> rounds = strike(cluster, own, options.rounds);
        own.finish();
        List<Round> leaseRounds = new ArrayList<>();
        List<CompletionStream> all = new ArrayList<>(own.all());
        Check check = own.check(undisturbed);
        if (options.leaseRounds > 0) {
            LiveStreams byLease = streams(cluster, Detection.LEASE);
            leaseRounds = strike(cluster, byLease, options.leaseRounds);
            byLease.finish();
            all.addAll(byLease.all());
        }
        GapAnalysis analysis = new GapAnalysis(cluster.finish(), all);
        return result(check, analysis.of(rounds), analysis.of(leaseRounds));
    }

    private LiveStreams streams(BenchedCluster cluster, Detection detection) {
        return new LiveStreams(
                cluster.apiPort(detection),
                ClusterConfig.demo().model(),
                options.streams,
                options.maxTokens,
                random.nextLong());
    }

    private List<Round> strike(BenchedCluster cluster, LiveStreams streams, int count) throws Exception {
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            awaitProgress(streams);
            int victim = random.nextInt(cluster.workers());
            TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MIN_MILLIS, PAUSE_MAX_MILLIS));
            long instance = cluster.instance(victim);
            Blow blow = options.freezes ? cluster.freeze(victim) : cluster.kill(victim);
            rounds.add(new Round(instance, blow.atNanos(), blow.seenNanos()));
            awaitProgress(streams);
            if (options.freezes) {
                cluster.thaw(victim);
            } else {
                cluster.restart(victim);
            }
            System.err.printf(Locale.ROOT, "\rround %d of %d ", i + 1, count);
        }
        System.err.println();
        return rounds;
    }

    private static void awaitProgress(LiveStreams streams) throws InterruptedException {
        if (!streams.awaitProgress(PROGRESS_MAX_NANOS)) {
            throw new IllegalStateException("a stream has stood still for a minute");
        }
    }

    private Result result(Check check, Figures own, Figures byLease) {
        boolean whole = check.broken() == 0 && check.different() == 0;
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "migration-gap");
        figures.put("mode", options.freezes ? "freeze" : "kill");
        figures.put("rounds", options.rounds);
        figures.put("streams", options.streams);
        figures.put("answers", check.answers());
        figures.put("tokens", check.tokens());
        figures.put("migrations", own.migrations());
        figures.put("brokenAnswers", check.broken());
        figures.put("differentAnswers", check.different());
        figures.put("missingCharacters", check.missing());
        figures.put("surplusCharacters", check.surplus());
        put(figures, "socketClosed", own.socket());
        put(figures, "detection", own.detection());
        put(figures, "reached", own.of(Pause::reachedNanos));
        put(figures, "gap", own.of(Pause::gapNanos));
        put(figures, "gapBeyondModel", own.of(Pause::beyondModelNanos));
        put(figures, "gapBeyondModelAndFloor", own.beyondFloor());
        put(figures, "leaseOnlyDetection", byLease.detection());
        put(figures, "leaseOnlyGapBeyondModel", byLease.of(Pause::beyondModelNanos));
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%d rounds of %s, %d streams: %d answers, %d tokens, %d migrations%n",
                options.rounds,
                options.freezes ? "SIGSTOP" : "SIGKILL",
                options.streams,
                check.answers(),
                check.tokens(),
                own.migrations()));
        text.append(String.format(
                Locale.ROOT,
                "lost or repeated: %d answers differ from the undisturbed ones, %d characters missing, %d surplus;"
                        + " %d answers broke off%s%n%n",
                check.different(),
                check.missing(),
                check.surplus(),
                check.broken(),
                check.firstProblem().isEmpty() ? "" : " (" + check.firstProblem() + ")"));
        text.append(String.format(Locale.ROOT, "%-44s %6s %9s %9s %9s%n", "milliseconds", "n", "p50", "p99", "max"));
        row(text, "floor: a bare socket to the worker is closed", own.socket());
        row(text, "a frontend moves the stream", own.detection());
        row(text, "  from there until the new worker has it", own.of(Pause::reachedNanos));
        row(text, "  from there to the client, less model time", own.of(p -> p.servedNanos() - p.modelNanos()));
        row(text, "client-visible gap", own.of(Pause::gapNanos));
        row(text, "client-visible gap less model time", own.of(Pause::beyondModelNanos));
        row(text, "  and less the floor of its round", own.beyondFloor());
        row(text, "lease only: a frontend moves the stream", byLease.detection());
        row(text, "lease only: gap less model time", byLease.of(Pause::beyondModelNanos));
        text.append(worstRounds(own));
        double p50 = GapAnalysis.millis(own.of(Pause::beyondModelNanos), 0.5);
        double leaseP50 = GapAnalysis.millis(byLease.of(Pause::beyondModelNanos), 0.5);
        if (p50 > 0 && leaseP50 > 0) {
            figures.put("timesShorterThanLeaseOnly", Math.round(leaseP50 / p50 * 10) / 10.0);
            text.append(String.format(
                    Locale.ROOT, "%nmedian gap %.0f times shorter than with leases of 2 s alone%n", leaseP50 / p50));
        }
        return new Result(text.toString(), figures, whole);
    }

    /// The longest pause of each of the rounds that had the longest ones, and where it was.
    private static String worstRounds(Figures figures) {
        StringBuilder text = new StringBuilder(String.format("%n%-44s", "the longest of the worst rounds"));
        text.append(String.format("%9s %9s %9s %9s %9s%n", "floor", "noticed", "reached", "served", "model"));
        figures.pauses().stream()
                .collect(Collectors.toMap(Pause::round, p -> p, (longest, _) -> longest, LinkedHashMap::new))
                .values()
                .stream()
                .limit(WORST_ROUNDS)
                .forEach(p -> text.append(String.format(
                        Locale.ROOT,
                        "  round %2d: gap less model time %8.2f       %9.2f %9.2f %9.2f %9.2f %9.2f%n",
                        p.round(),
                        p.beyondModelNanos() / 1e6,
                        p.floorNanos() / 1e6,
                        p.noticedNanos() / 1e6,
                        p.reachedNanos() / 1e6,
                        p.servedNanos() / 1e6,
                        p.modelNanos() / 1e6)));
        return text.toString();
    }

    private static void put(Map<String, Object> figures, String name, long[] sorted) {
        if (sorted.length > 0) {
            figures.put(name + "P50Millis", rounded(sorted, 0.5));
            figures.put(name + "P99Millis", rounded(sorted, 0.99));
            figures.put(name + "MaxMillis", rounded(sorted, 1));
        }
    }

    private static double rounded(long[] sorted, double share) {
        return Math.round(GapAnalysis.millis(sorted, share) * 100) / 100.0;
    }

    private static void row(StringBuilder text, String name, long[] sorted) {
        if (sorted.length > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-44s %6d %9.2f %9.2f %9.2f%n",
                    name,
                    sorted.length,
                    GapAnalysis.millis(sorted, 0.5),
                    GapAnalysis.millis(sorted, 0.99),
                    GapAnalysis.millis(sorted, 1)));
        }
    }

    /// No blow at all: streams run while other work takes all the machine's cores, and every move is a false alarm.
    Result falseAlarms(BenchedCluster cluster, long minutes) throws Exception {
        LiveStreams own = streams(cluster, Detection.STREAMS);
        int cores = Runtime.getRuntime().availableProcessors();
        List<Process> busy = new ArrayList<>();
        try {
            for (int i = 0; i < cores; i++) {
                busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
            while (System.nanoTime() < end) {
                awaitProgress(own);
                System.err.printf(Locale.ROOT, "\r%d s left ", TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime()));
                TimeUnit.SECONDS.sleep(1);
            }
            System.err.println();
            own.finish();
        } finally {
            busy.forEach(Process::destroyForcibly);
        }
        Check check = own.check(undisturbed);
        List<ClusterEvent> events = cluster.finish();
        long moves = events.stream()
                .filter(e -> e.record() instanceof MigrationEvent.MigrationStarted)
                .count();
        long alarms = events.stream()
                .filter(e -> e.record() instanceof DiscoveryEvent.InstanceInhibited)
                .count();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bench", "migration-gap");
        figures.put("mode", "false-alarms");
        figures.put("minutes", minutes);
        figures.put("streams", options.streams);
        figures.put("busyProcesses", cores);
        figures.put("tokens", check.tokens());
        figures.put("falseAlarms", alarms);
        figures.put("migrations", moves);
        figures.put("brokenAnswers", check.broken());
        figures.put("differentAnswers", check.different());
        String text = String.format(
                Locale.ROOT,
                "%d minutes, %d streams, %d busy processes on %d cores: %d tokens, %d false alarms, %d streams moved,"
                        + " %d answers broke off or differ%n",
                minutes,
                options.streams,
                cores,
                cores,
                check.tokens(),
                alarms,
                moves,
                check.broken() + check.different());
        return new Result(text, figures, alarms == 0 && check.broken() + check.different() == 0);
    }

    /// Processes over an etcd of their own.
    public Result distributed(Path etcd, Path folder, int workers, double speedupRatio, long falseAlarmMinutes)
            throws Exception {
        try (BenchedCluster cluster = DistributedBench.start(etcd, folder, workers, speedupRatio)) {
            return falseAlarmMinutes > 0 ? falseAlarms(cluster, falseAlarmMinutes) : gaps(cluster);
        }
    }

    /// The same nodes in this JVM.
    public Result embedded(int workers, double speedupRatio, long falseAlarmMinutes) throws Exception {
        try (BenchedCluster cluster = new EmbeddedBench(workers, speedupRatio)) {
            return falseAlarmMinutes > 0 ? falseAlarms(cluster, falseAlarmMinutes) : gaps(cluster);
        }
    }
}
