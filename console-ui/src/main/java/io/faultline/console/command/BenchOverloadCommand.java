package io.faultline.console.command;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.world.LoadControl.Caller;
import io.faultline.runtime.world.LoadControl.OpenLoadSpec;
import io.faultline.sim.bench.OverloadStudy;
import io.faultline.sim.bench.OverloadStudy.Overload;
import io.faultline.sim.bench.OverloadStudy.Report;
import io.faultline.sim.bench.OverloadStudy.Row;
import io.faultline.sim.bench.OverloadStudy.Settings;
import io.faultline.sim.bench.SimulatedStage;
import io.faultline.sim.cluster.SimulationConfig;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// How much of its capacity the demo cluster still turns into good answers when 2 and 10 times of it is asked,
/// with and without shedding. See [OverloadStudy] for what is measured.
@Command(
        name = "overload",
        description = "Goodput at multiples of the capacity, with shedding on and off.",
        mixinStandardHelpOptions = true)
public final class BenchOverloadCommand implements Callable<Integer> {
    private static final long SECOND = 1_000_000_000L;
    private static final double NANOS_PER_MILLI = 1e6;

    /// A capacity that varies more between pairs says that the machine was busy with other things.
    private static final double SPREAD_MAX = 0.15;

    /// Requests a second that three idle workers do not notice.
    private static final double UNCONGESTED_RATE = 1.5;

    @Option(
            names = "--world",
            defaultValue = "simulated",
            description = "simulated (default) or embedded: a cluster in this process, in real time (minutes).")
    private String world = "simulated";

    @Option(names = "--seed", description = "Decides latencies and requests (default: ${DEFAULT-VALUE}).")
    private long seed = 7;

    @Option(names = "--seconds", description = "How long each load is measured (default: 30 simulated, 8 embedded).")
    private int seconds;

    @Option(
            names = "--pairs",
            description = "How often capacity and overload are measured; the median counts (default: 1 simulated, where"
                    + " nothing disturbs, 3 embedded).")
    private int pairs;

    @Option(
            names = "--ttft-factor",
            description = "A good time to first token is at most so many times the uncongested p99 (default 3).")
    private double ttftFactor = 3;

    @Option(names = "--itl-factor", description = "The same for the mean time between a request's tokens (default 3).")
    private double itlFactor = 3;

    @Override
    public Integer call() {
        if (seconds < 0 || pairs < 0 || !(ttftFactor > 1) || !(itlFactor > 1)) {
            throw new UserMistake("--seconds and --pairs are at least 1, and the factors are more than 1");
        }
        OpenLoadSpec shape = new OpenLoadSpec(1, 100, 400, 40, 120, List.of(Caller.ANYBODY), 0, 0);
        Report report = switch (world) {
            case "simulated" -> simulated(shape, _ -> {});
            case "embedded" -> embedded(shape, System.err::println);
            default -> throw new UserMistake("--world is simulated or embedded, not '" + world + "'");
        };
        print(report);
        return 0;
    }

    private Report simulated(OpenLoadSpec shape, Consumer<String> progress) {
        int measured = seconds == 0 ? 30 : seconds;
        return study(
                List.of(20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0),
                3,
                pairs == 0 ? 1 : pairs,
                8,
                measured,
                12,
                shedding -> new SimulatedStage(SimulationConfig.of(cluster(shedding)), shape, seed),
                progress);
    }

    /// The search of the capacity begins where virtual time found it, since real time is dear.
    private Report embedded(OpenLoadSpec shape, Consumer<String> progress) {
        double expected = simulated(shape, _ -> {}).capacity();
        int measured = seconds == 0 ? 8 : seconds;
        return study(
                List.of(0.7 * expected, 0.85 * expected, expected),
                0,
                pairs == 0 ? 3 : pairs,
                3,
                measured,
                4,
                shedding -> new EmbeddedStage(cluster(shedding), shape, seed),
                progress);
    }

    private Report study(
            List<Double> rates,
            int refinements,
            int repeated,
            int settle,
            int measured,
            int finish,
            OverloadStudy.Stages stages,
            Consumer<String> progress) {
        Settings settings = new Settings(
                UNCONGESTED_RATE,
                rates,
                refinements,
                ttftFactor,
                itlFactor,
                settle * SECOND,
                measured * SECOND,
                finish * SECOND,
                List.of(2.0, 10.0),
                repeated);
        return new OverloadStudy(settings, stages, progress).run();
    }

    private static ClusterConfig cluster(boolean isShedding) {
        return ClusterConfig.demo().withAdmission(isShedding ? AdmissionConfig.adaptiveLimit() : AdmissionConfig.off());
    }

    private void print(Report report) {
        Row calm = report.uncongested();
        System.out.printf(
                Locale.ROOT,
                "uncongested: first token p50 %s p99 %s ms, between tokens p50 %s p99 %s ms%n",
                millis(calm.ttftP50Nanos()),
                millis(calm.ttftP99Nanos()),
                millis(calm.itlP50Nanos()),
                millis(calm.itlP99Nanos()));
        System.out.printf(
                Locale.ROOT,
                "good is: first token within %s ms, between tokens %s ms at most%n",
                millis(report.limits().ttftNanos()),
                millis(report.limits().itlNanos()));
        System.out.printf(
                Locale.ROOT,
                "capacity: %.1f good requests/s; measured again beside each overload, %.0f %% apart%n%n",
                report.capacity(),
                100 * report.capacitySpread());
        System.out.printf(
                "%-9s %-9s %10s %10s %8s %13s %9s %11s %11s %11s%n",
                "offered",
                "shedding",
                "requests/s",
                "good/s",
                "ratio",
                "spread",
                "refused",
                "ttft p50",
                "ttft p99",
                "itl p99");
        for (Overload overload : report.overload()) {
            Row row = overload.median().row();
            System.out.printf(
                    Locale.ROOT,
                    "%-9s %-9s %10.1f %10.1f %8.3f %13s %8.1f%% %8s ms %8s ms %8s ms%n",
                    "%.0fx".formatted(row.multiple()),
                    row.isShedding() ? "on" : "off",
                    row.offered(),
                    row.goodput(),
                    overload.median().ratio(),
                    spread(overload),
                    100 * row.refusedShare(),
                    millis(row.ttftP50Nanos()),
                    millis(row.ttftP99Nanos()),
                    millis(row.itlP99Nanos()));
        }
        if (report.capacitySpread() > SPREAD_MAX) {
            System.out.println("INCONCLUSIVE: the capacity itself is not steady; is this machine used by others?");
        }
        System.out.println();
        System.out.println(json(report));
    }

    private static String spread(Overload overload) {
        return String.format(
                Locale.ROOT,
                "%.2f..%.2f",
                overload.pairs().getFirst().ratio(),
                overload.pairs().getLast().ratio());
    }

    private String json(Report report) {
        String rows = report.overload().stream()
                .map(overload -> json(overload.median().row(), overload.median().ratio()))
                .collect(Collectors.joining(","));
        return String.format(
                Locale.ROOT,
                "{\"bench\":\"overload\",\"world\":\"%s\",\"seed\":%d,\"capacity\":%.2f,\"capacitySpread\":%.3f,"
                        + "\"ttftLimitMillis\":%.1f,\"itlLimitMillis\":%.1f,\"rows\":[%s]}",
                world,
                seed,
                report.capacity(),
                report.capacitySpread(),
                report.limits().ttftNanos() / NANOS_PER_MILLI,
                report.limits().itlNanos() / NANOS_PER_MILLI,
                rows);
    }

    private static String json(Row row, double ratio) {
        return String.format(
                Locale.ROOT,
                "{\"multiple\":%.1f,\"shedding\":%s,\"offered\":%.2f,\"goodput\":%.2f,\"ratio\":%.4f,"
                        + "\"refusedShare\":%.4f,\"failed\":%d,\"ttftP99Millis\":%.1f,\"itlP99Millis\":%.1f}",
                row.multiple(),
                row.isShedding(),
                row.offered(),
                row.goodput(),
                ratio,
                row.refusedShare(),
                row.failed(),
                row.ttftP99Nanos() / NANOS_PER_MILLI,
                row.itlP99Nanos() / NANOS_PER_MILLI);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / NANOS_PER_MILLI);
    }
}
