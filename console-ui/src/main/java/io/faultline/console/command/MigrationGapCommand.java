package io.faultline.console.command;

import io.faultline.console.bench.MigrationGapBench;
import io.faultline.console.bench.MigrationGapBench.Options;
import io.faultline.console.bench.MigrationGapBench.Result;
import io.faultline.runtime.host.process.LocalEtcd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// Measures what clients notice of a worker's end. The last line on standard output is one JSON object; exit code 1
/// when an answer broke off or differs, or when there was a false alarm.
@Command(
        name = "migration-gap",
        description = "Kill workers under live streams; what do clients notice?",
        mixinStandardHelpOptions = true)
public final class MigrationGapCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Option(names = "--rounds", description = "Workers struck (default: ${DEFAULT-VALUE}).")
    private int rounds = 30;

    @Option(
            names = "--lease-rounds",
            description = "As many again with lease-only detection (default: ${DEFAULT-VALUE}; distributed world).")
    private int leaseRounds = 3;

    @Option(names = "--streams", description = "Live streams (default: ${DEFAULT-VALUE}).")
    private int streams = 64;

    @Option(names = "--workers", description = "Decode workers (default: ${DEFAULT-VALUE}).")
    private int workers = 3;

    @Option(names = "--max-tokens", description = "Longest answer (default: ${DEFAULT-VALUE}).")
    private int maxTokens = 400;

    @Option(
            names = "--speedup-ratio",
            description = "How much faster than the modelled GPU (default: ${DEFAULT-VALUE}).")
    private double speedupRatio = 1;

    @Option(names = "--world", description = "distributed (default) or embedded.")
    private String world = "distributed";

    @Option(names = "--freeze", description = "SIGSTOP instead of SIGKILL.")
    private boolean freezes;

    @Option(
            names = "--false-alarms",
            paramLabel = "MINUTES",
            description = "Strike nobody, keep every core busy, and count the workers that are given up.")
    private long falseAlarmMinutes;

    @Option(names = "--seed", description = "Decides prompts and victims (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Override
    public Integer call() throws Exception {
        checkOptions();
        boolean embedded = world.equals("embedded");
        MigrationGapBench bench = new MigrationGapBench(
                new Options(rounds, embedded || freezes ? 0 : leaseRounds, streams, maxTokens, freezes, seed));
        Result result;
        try {
            result = embedded ? bench.embedded(workers, speedupRatio, falseAlarmMinutes) : distributed(bench);
        } catch (IOException | IllegalStateException e) {
            System.err.println("faultline: the measurement broke off: " + e.getMessage());
            return FAILED;
        }
        System.out.println(result.summary());
        System.out.println(new JsonMapper().writeValueAsString(result.figures()));
        return result.passed() ? 0 : FAILED;
    }

    private void checkOptions() {
        check(rounds >= 1 && leaseRounds >= 0, "--rounds is at least 1 and --lease-rounds at least 0");
        check(workers >= 2 && workers <= 16, "--workers is 2 to 16: a stream needs somewhere to go");
        check(streams >= 1 && streams <= 2000, "--streams is 1 to 2000");
        check(maxTokens >= 20 && maxTokens <= 8000, "--max-tokens is 20 to 8000");
        check(speedupRatio > 0, "--speedup-ratio is above 0");
        check(falseAlarmMinutes >= 0 && falseAlarmMinutes <= 1440, "--false-alarms takes 1 to 1440 minutes");
        check(
                world.equals("embedded") || world.equals("distributed"),
                "--world is distributed or embedded, not '" + world + "'");
    }

    private Result distributed(MigrationGapBench bench) throws Exception {
        Path etcd = LocalEtcd.program()
                .orElseThrow(() ->
                        new UserMistake("no etcd in PATH; install Debian's etcd-server, or use --world embedded"));
        Path folder = Files.createTempDirectory("faultline-bench-");
        try {
            return bench.distributed(etcd, folder, workers, speedupRatio, falseAlarmMinutes);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private static void check(boolean holds, String line) {
        if (!holds) {
            throw new UserMistake(line);
        }
    }
}
