package io.faultline.console.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures Faultline. Each sub-command measures one thing beside what it is to be compared with, in the same run,
/// prints a table for people, and ends with one line of JSON for scripts.
@Command(
        name = "bench",
        description = "Measure Faultline.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WHAT",
        subcommands = {
            BenchFrontendCommand.class,
            BenchOverloadCommand.class,
            MigrationGapCommand.class,
            BenchRoutingCommand.class,
            RouterIndexCommand.class
        })
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine line = spec.commandLine();
        throw new ParameterException(
                line,
                "bench takes what to measure: "
                        + String.join(", ", line.getSubcommands().keySet()));
    }
}
