package io.faultline.console.command;

import io.faultline.playbook.report.ReportFormat;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.events.EventFile;
import io.faultline.sim.run.Campaign;
import io.faultline.sim.run.CampaignResult;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.Reproduction;
import io.faultline.sim.run.ResultLine;
import io.faultline.sim.run.SeedRange;
import io.faultline.sim.run.SimulationResult;
import io.faultline.sim.scenario.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs a playbook or a scenario in virtual time. The last line on standard output is one JSON object for scripts;
/// exit code 1 when an invariant or an expectation failed.
@Command(
        name = "simulate",
        description = "Run a playbook or a scenario in virtual time.",
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Parameters(paramLabel = "PLAYBOOK|SCENARIO", description = "A name, or a playbook's file.")
    private String subject = "";

    @Option(names = "--seed", description = "Everything random follows from it (default: ${DEFAULT-VALUE}).")
    private long seed = 7;

    @Option(names = "--seeds", paramLabel = "A..B", description = "Run every seed of a range instead.")
    private @Nullable String seeds;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result line here.")
    private @Nullable Path json;

    @Option(names = "--events", paramLabel = "FILE", description = "Record every event here.")
    private @Nullable Path events;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a playbook's report here.")
    private @Nullable Path html;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Subject found = Subject.named(subject);
        String range = seeds;
        return range == null ? one(found) : campaign(found, range);
    }

    private int one(Subject found) throws IOException {
        if (html != null && !(found instanceof Subject.OfPlaybook)) {
            throw new UserMistake("a scenario has no report; leave out --html, or simulate a playbook");
        }
        long began = System.nanoTime();
        Subject.Played played;
        Optional<Recording> recording = events == null ? Optional.empty() : Optional.of(new Recording(events));
        try {
            List<Fold> folds = new ArrayList<>();
            recording.ifPresent(folds::add);
            played = found.play(seed, RunOptions.observedBy(folds.toArray(Fold[]::new)));
        } finally {
            if (recording.isPresent()) {
                recording.get().close();
            }
        }
        long wallNanos = System.nanoTime() - began;
        SimulationResult result = played.result();
        print(found, played, wallNanos);
        String line = ResultLine.of(result, wallNanos);
        if (html != null) {
            Path file = html;
            played.report()
                    .ifPresentOrElse(
                            report -> write(file, ReportFormat.HTML.render(report)),
                            () -> System.err.println("no report was written: the run broke before it had one"));
        }
        if (json != null) {
            write(json, line + System.lineSeparator());
        }
        System.out.println(line);
        return result.isPassed() ? 0 : FAILED;
    }

    private void print(Subject found, Subject.Played played, long wallNanos) {
        SimulationResult result = played.result();
        System.out.println(found.name() + ", seed " + result.seed());
        result.options().forEach((name, value) -> System.out.println("  " + name + " = " + value));
        played.report().ifPresent(report -> {
            System.out.println();
            System.out.println(ReportFormat.MARKDOWN.render(report));
        });
        if (!result.isPassed()) {
            System.out.println();
            System.out.println(FailureBlock.of(
                    result,
                    new Reproduction(found.argument(), result.seed()),
                    Optional.ofNullable(events).map(Path::toString)));
        }
        double simulated = result.simulatedNanos() / 1e9;
        double wall = Math.max(wallNanos / 1e9, 1e-9);
        System.out.printf(
                Locale.ROOT,
                "%s: %d requests, %d completed, %d failed, %d migrated; %d invariants broken%n",
                result.outcome(),
                result.requests().received(),
                result.requests().completed(),
                result.requests().failed(),
                result.requests().migrated(),
                result.violations().size());
        System.out.printf(
                Locale.ROOT,
                "digest %s; %.1f simulated s in %.2f s (%.0f times real time), %d events (%.0f per s)%n",
                result.digest(),
                simulated,
                wall,
                simulated / wall,
                result.events(),
                result.events() / wall);
    }

    private int campaign(Subject found, String wanted) throws InterruptedException {
        if (events != null || html != null) {
            throw new UserMistake("--events and --html are for one seed; use --seed N");
        }
        SeedRange range = SeedRange.parse(wanted)
                .orElseThrow(() -> new UserMistake("--seeds takes a range such as 1..100, not '" + wanted + "'"));
        long began = System.nanoTime();
        CampaignResult result;
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            Campaign campaign = new Campaign(
                    found.name(), s -> found.play(s, RunOptions.none()).result());
            Progress progress = new Progress(range.count());
            result = campaign.over(range, threads, progress::finished);
        }
        for (SimulationResult failure : result.failures()) {
            System.out.println(
                    FailureBlock.of(failure, new Reproduction(found.argument(), failure.seed()), Optional.empty()));
            System.out.println();
        }
        String line = ResultLine.of(result, System.nanoTime() - began);
        if (json != null) {
            write(json, line + System.lineSeparator());
        }
        System.out.println(line);
        return result.failedSeeds().isEmpty() ? 0 : FAILED;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UserMistake("cannot write " + file + " (" + e.getClass().getSimpleName()
                    + "); choose a file in a folder that exists and that you may write to");
        }
    }

    /// Says on the terminal how far a campaign is, a hundred times at most.
    private static final class Progress {
        private final long seeds;
        private long done;

        Progress(long seeds) {
            this.seeds = seeds;
        }

        void finished(SimulationResult result) {
            done++;
            if (done % Math.max(1, seeds / 100) == 0) {
                System.err.print("\r" + done + " of " + seeds + " seeds");
                if (done == seeds) {
                    System.err.println();
                }
            }
        }
    }

    /// A recording whose file may turn out not to be writable.
    private static final class Recording implements Fold, AutoCloseable {
        private final EventFile.Recorder recorder;

        Recording(Path file) {
            try {
                recorder = new EventFile.Recorder(file);
            } catch (IOException e) {
                throw new UserMistake(
                        "cannot write " + file + " (" + e.getClass().getSimpleName()
                                + "); choose a file in a folder that exists and that you may write to");
            }
        }

        @Override
        public void apply(ClusterEvent event) {
            recorder.apply(event);
        }

        @Override
        public void close() throws IOException {
            recorder.close();
        }
    }
}
