package io.faultline.console;

import io.faultline.console.command.BenchCommand;
import io.faultline.console.command.ConsoleCommand;
import io.faultline.console.command.NodeCommand;
import io.faultline.console.command.PlaybookCommand;
import io.faultline.console.command.SimulateCommand;
import io.faultline.console.command.UserMistake;
import io.faultline.runtime.host.process.ProcessRole;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// `bin/faultline`. Without a command it starts the console.
@Command(
        name = "bin/faultline",
        description = "Watch, break and repair a cluster that serves language models.",
        mixinStandardHelpOptions = true,
        version = "Faultline 0.1.0",
        subcommands = {ConsoleCommand.class, SimulateCommand.class, PlaybookCommand.class, BenchCommand.class})
public final class Faultline {
    private static final int MISTAKE = 2;

    private Faultline() {}

    public static void main(String[] arguments) {
        if (arguments.length > 0 && !arguments[0].startsWith("-") && !arguments[0].equals("console")) {
            // Spring sets up the console's log; every other command writes warnings to standard error.
            System.setProperty("logback.configurationFile", "faultline/command-log.xml");
        }
        int code = run(arguments);
        // The console goes on after its command returned; everything else ends here.
        if (code != ConsoleCommand.RUNNING) {
            System.exit(code);
        }
    }

    static int run(String... arguments) {
        boolean named = arguments.length > 0 && !arguments[0].startsWith("-");
        boolean asksAboutItself = arguments.length > 0 && arguments[0].matches("-h|--help|-V|--version");
        String[] words = arguments;
        if (!named && !asksAboutItself) {
            words = new String[arguments.length + 1];
            words[0] = "console";
            System.arraycopy(arguments, 0, words, 1, arguments.length);
        }
        CommandLine commands = new CommandLine(new Faultline());
        for (ProcessRole role : ProcessRole.values()) {
            commands.addSubcommand(NodeCommand.of(role));
        }
        return commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, _) -> explain(e))
                .setExecutionExceptionHandler((e, _, _) -> {
                    if (e instanceof UserMistake mistake) {
                        System.err.println("faultline: " + mistake.getMessage());
                        return MISTAKE;
                    }
                    throw e;
                })
                .execute(words);
    }

    private static int explain(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        System.err.println("faultline: " + e.getMessage() + "; see '" + command + " --help'");
        return MISTAKE;
    }
}
