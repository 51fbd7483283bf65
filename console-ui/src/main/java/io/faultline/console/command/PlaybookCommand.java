package io.faultline.console.command;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.ReportFormat;
import io.faultline.playbook.report.Verdict;
import io.faultline.playbook.run.RunRequest;
import io.faultline.runtime.text.BpeTokenizer;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Lists, checks and runs playbooks.
@Command(
        name = "playbook",
        description = "List, check or run playbooks.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "list|validate|run")
public final class PlaybookCommand {
    @Command(name = "list", description = "The shipped playbooks.", mixinStandardHelpOptions = true)
    int list() {
        for (String name : ShippedPlaybooks.names()) {
            String title = ShippedPlaybooks.playbook(name)
                    .map(p -> p.metadata().title())
                    .orElse("");
            System.out.println("%-28s %s".formatted(name, title));
        }
        return 0;
    }

    @Command(name = "validate", description = "Check a playbook.", mixinStandardHelpOptions = true)
    int validate(@Parameters(paramLabel = "NAME|FILE", description = "A shipped playbook or a file.") String name) {
        Playbook playbook = Subject.playbook(name);
        System.out.println(playbook.metadata().name() + " is valid");
        return 0;
    }

    @Command(name = "run", description = "Run a playbook and print its report.", mixinStandardHelpOptions = true)
    int run(
            @Parameters(paramLabel = "NAME|FILE", description = "A shipped playbook or a file.") String name,
            @Option(
                            names = "--world",
                            defaultValue = "simulated",
                            description = "simulated (default) or embedded: a cluster in this process, in real time.")
                    String world,
            @Option(names = "--seed", defaultValue = "7", description = "Decides every random choice (default 7).")
                    long seed)
            throws Exception {
        return switch (world) {
            case "simulated" -> {
                Callable<Integer> simulate = new SimulateCommand();
                CommandLine line = new CommandLine(simulate);
                line.parseArgs(name, "--seed", Long.toString(seed));
                yield simulate.call();
            }
            case "embedded" -> embedded(Subject.playbook(name), seed);
            default ->
                throw new UserMistake("--world is simulated or embedded, not '" + world
                        + "'; to run in a console that is up, use its page or its REST API");
        };
    }

    private static int embedded(Playbook playbook, long seed) {
        PlaybookReport report = EmbeddedPlaybook.play(
                DemoCluster.toPlayOn(playbook),
                BpeTokenizer.cl100kBase(),
                playbook,
                RunRequest.of("run-1", "the command line", seed));
        System.out.println(ReportFormat.MARKDOWN.render(report));
        return report.verdict() == Verdict.PASSED ? 0 : 1;
    }
}
