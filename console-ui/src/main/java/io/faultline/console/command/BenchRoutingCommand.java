package io.faultline.console.command;

import io.faultline.console.bench.router.MooncakeTrace;
import io.faultline.sim.bench.PromptTrace;
import io.faultline.sim.bench.RoutingStudy;
import io.faultline.sim.bench.RoutingStudy.Figures;
import io.faultline.sim.bench.RoutingStudy.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bin/faultline bench routing`.
@Command(
        name = "routing",
        description =
                "A trace in the simulator under every way to choose a worker, beside an oracle that sees every cache.",
        mixinStandardHelpOptions = true)
final class BenchRoutingCommand implements Callable<Integer> {
    private static final long NANOS_PER_MILLI = 1_000_000;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "A load in Mooncake's format (JSON lines); drawn from the seed without it.")
    private @Nullable Path trace;

    @Option(names = "--requests", description = "How many requests of the trace (default ${DEFAULT-VALUE}).")
    private int requests = 1_000;

    @Option(names = "--workers", description = "Decode workers (default ${DEFAULT-VALUE}).")
    private int workers = 8;

    @Option(names = "--blocks", description = "KV blocks of a worker, 16 tokens each (default ${DEFAULT-VALUE}).")
    private int blocks = 16_384;

    @Option(names = "--speedup-ratio", description = "Of the workers against an A100 (default ${DEFAULT-VALUE}).")
    private double speedupRatio = 8;

    @Option(names = "--ttft-ms", description = "A good answer's first token comes within (default ${DEFAULT-VALUE}).")
    private long ttftMillis = 5_000;

    @Option(names = "--itl-ms", description = "Mean time between a good answer's tokens (default ${DEFAULT-VALUE}).")
    private long itlMillis = 100;

    @Option(
            names = "--overlap-weight",
            split = ",",
            paramLabel = "WEIGHT",
            description = "Of the router's cost; several for a sweep (default 1).")
    private List<Double> overlapWeights = List.of(1.0);

    @Option(names = "--seed", description = "Of the simulation (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Override
    public Integer call() {
        PromptTrace requested = load();
        System.out.printf(
                Locale.ROOT,
                "%-18s %9s %10s %11s %11s %14s %11s %10s%n",
                "",
                "hit rate",
                "of oracle",
                "TTFT mean",
                "TTFT p99",
                "goodput",
                "completed",
                "stale");
        List<Policy> policies = List.of(Policy.values());
        for (double weight : overlapWeights) {
            RoutingStudy study = new RoutingStudy(requested, settings(weight));
            Figures oracle = study.measure(Policy.ORACLE);
            for (Policy policy : policies) {
                print(policy == Policy.ORACLE ? oracle : study.measure(policy), oracle, weight);
            }
            // Only these two go by the weight.
            policies = List.of(Policy.KV, Policy.ORACLE);
        }
        return 0;
    }

    private RoutingStudy.Settings settings(double weight) {
        return new RoutingStudy.Settings(
                workers, blocks, speedupRatio, ttftMillis * NANOS_PER_MILLI, itlMillis * NANOS_PER_MILLI, weight, seed);
    }

    private void print(Figures f, Figures oracle, double weight) {
        boolean isWeighted = f.policy() == Policy.KV || f.policy() == Policy.ORACLE;
        System.out.printf(
                Locale.ROOT,
                "%-18s %8.2f%% %9.1f%% %9.3f s %9.3f s %10.2f /s %5d/%d %9.3f%%%n",
                f.policy().label()
                        + (isWeighted && overlapWeights.size() > 1 ? String.format(Locale.ROOT, " (%s)", weight) : ""),
                100 * f.hitRate(),
                oracle.hitRate() == 0 ? 100 : 100 * f.hitRate() / oracle.hitRate(),
                f.ttftMeanSeconds(),
                f.ttftP99Seconds(),
                f.goodput(),
                f.completed(),
                f.sent(),
                100 * f.staleShare());
        System.out.flush();
    }

    private PromptTrace load() {
        if (trace == null) {
            return PromptTrace.drawn(seed, requests, workers);
        }
        try {
            return MooncakeTrace.read(trace, requests);
        } catch (IOException | RuntimeException e) {
            throw new UserMistake("cannot read the trace " + trace + ": " + e.getMessage());
        }
    }
}
