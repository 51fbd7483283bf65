package io.faultline.console.command;

import io.faultline.runtime.host.bench.FrontendBench;
import io.faultline.runtime.host.bench.FrontendBenchReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures what a chunk of an event stream costs the frontend beside nginx.
@Command(
        name = "frontend",
        description = "Processor time per streamed chunk, ours beside nginx's, and many streams at once.",
        mixinStandardHelpOptions = true)
public final class BenchFrontendCommand implements Callable<Integer> {
    private static final int INCONCLUSIVE = 3;
    private static final long SECOND = 1_000_000_000L;

    @Option(names = "--streams", defaultValue = "200", description = "Streams at once while comparing (default 200).")
    private int streams;

    @Option(names = "--pairs", defaultValue = "5", description = "Pairs of measurements (default 5).")
    private int pairs;

    @Option(names = "--seconds", defaultValue = "6", description = "Length of one measurement (default 6).")
    private int seconds;

    @Option(
            names = "--held",
            defaultValue = "1000",
            description = "Streams at once on the frontend alone; 0 leaves that out (default 1000).")
    private int held;

    @Override
    public Integer call() throws Exception {
        if (streams < 1 || streams > 5000 || held < 0 || held > 5000 || pairs < 1 || seconds < 1) {
            throw new UserMistake("--streams and --held are at most 5000; --streams, --pairs and --seconds at least 1");
        }
        FrontendBench.obstacle().ifPresent(why -> {
            throw new UserMistake(why);
        });
        FrontendBench.Settings d = FrontendBench.Settings.defaults();
        FrontendBench.Settings settings = new FrontendBench.Settings(
                streams,
                d.tokensPerSecond(),
                d.chunks(),
                d.workers(),
                pairs,
                seconds * SECOND,
                d.warmNanos(),
                held,
                d.frontendOptions());
        FrontendBenchReport report = new FrontendBench(settings, System.err::println).run();
        System.out.print(report.table());
        System.out.println(report.json());
        return switch (report.verdict()) {
            case PASSED -> 0;
            case FAILED -> 1;
            case INCONCLUSIVE -> INCONCLUSIVE;
        };
    }
}
