package io.faultline.console.command;

import io.faultline.console.bench.router.Conversation;
import io.faultline.console.bench.router.RouterBench;
import io.faultline.console.bench.router.RouterBench.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bin/faultline bench router`.
@Command(
        name = "router",
        description = "The router's index of KV blocks beside a ConcurrentHashMap and a pointer tree.",
        mixinStandardHelpOptions = true)
final class RouterIndexCommand implements Callable<Integer> {
    private static final int DRAWN_REQUESTS = 6_000;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Prompts in Mooncake's format (JSON lines with hash_ids); drawn from the seed without it.")
    private @Nullable Path trace;

    @Option(names = "--requests", description = "How many prompts of the trace (default ${DEFAULT-VALUE}).")
    private int requests = DRAWN_REQUESTS;

    @Option(names = "--seed", description = "Of the drawn prompts (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--workers", description = "1 to 1024 (default ${DEFAULT-VALUE}).")
    private int workers = 64;

    @Option(names = "--blocks", description = "KV blocks of a worker (default ${DEFAULT-VALUE}).")
    private int blocks = 16_384;

    @Option(names = "--rounds", description = "Counted rounds of each index (default ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Override
    public Integer call() {
        if (workers < 1 || workers > 1024 || blocks < 1 || requests < 1 || rounds < 1) {
            throw new UserMistake("--workers is 1 to 1024, and --blocks, --requests and --rounds are at least 1");
        }
        List<long[]> prompts = prompts();
        System.out.printf(
                Locale.ROOT,
                "%d prompts, %d blocks, %d workers with %d KV blocks each%n",
                prompts.size(),
                prompts.stream().mapToLong(p -> p.length).sum(),
                workers,
                blocks);
        List<Figures> figures = new RouterBench(prompts, workers, blocks).measure(rounds);
        Figures ours = figures.getFirst();
        System.out.printf(
                "%-24s %14s %9s %12s %12s %12s%n", "", "block ops/s", "ours is", "find p50", "find p99", "bytes/block");
        for (Figures f : figures) {
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %14.2fM %8.2fx %9.1f us %9.1f us %12.0f%n",
                    f.name(),
                    f.blockOperationsPerSecond() / 1e6,
                    ours.blockOperationsPerSecond() / f.blockOperationsPerSecond(),
                    f.findP50Nanos() / 1e3,
                    f.findP99Nanos() / 1e3,
                    f.bytesPerBlock());
        }
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"router\",\"blockOpsPerSecond\":%.0f,\"timesConcurrentHashMap\":%.3f,"
                        + "\"timesPointerTree\":%.3f,\"findP99Micros\":%.1f,\"bytesPerBlock\":%.1f}%n",
                ours.blockOperationsPerSecond(),
                ours.blockOperationsPerSecond() / figures.get(1).blockOperationsPerSecond(),
                ours.blockOperationsPerSecond() / figures.get(2).blockOperationsPerSecond(),
                ours.findP99Nanos() / 1e3,
                ours.bytesPerBlock());
        return 0;
    }

    private List<long[]> prompts() {
        if (trace == null) {
            return Conversation.draw(seed, requests);
        }
        try {
            List<long[]> prompts = Conversation.read(trace, requests);
            if (prompts.isEmpty()) {
                throw new UserMistake(trace + " has no line; give a trace in Mooncake's format");
            }
            return prompts;
        } catch (IOException | RuntimeException e) {
            if (e instanceof UserMistake mistake) {
                throw mistake;
            }
            throw new UserMistake("cannot read the trace " + trace + ": " + e.getMessage());
        }
    }
}
