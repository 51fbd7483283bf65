package io.faultline.console.command;

import io.faultline.playbook.loader.PlaybookFiles;
import io.faultline.playbook.loader.PlaybookLoader;
import io.faultline.playbook.loader.Problem;
import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import io.faultline.sim.scenario.RunOptions;
import io.faultline.sim.scenario.Scenario;
import io.faultline.sim.scenario.Scenarios;
import io.faultline.sim.scenario.SimulatedPlaybook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a command line names: a scenario, a shipped playbook, or a playbook's file.
sealed interface Subject {
    /// @param report absent for scenarios
    record Played(SimulationResult result, Optional<PlaybookReport> report) {}

    String name();

    /// What leads back here on a command line.
    String argument();

    Played play(long seed, RunOptions options);

    record OfScenario(Scenario scenario) implements Subject {
        @Override
        public String name() {
            return scenario.name();
        }

        @Override
        public String argument() {
            return scenario.name();
        }

        @Override
        public Played play(long seed, RunOptions options) {
            return new Played(scenario.run(seed, options), Optional.empty());
        }
    }

    /// @param argument the name of a shipped one, or the absolute path of its file
    record OfPlaybook(String argument, SimulatedPlaybook playbook) implements Subject {
        @Override
        public String name() {
            return playbook.name();
        }

        @Override
        public Played play(long seed, RunOptions options) {
            SimulatedPlaybook.Played played = playbook.play(seed, options);
            return new Played(played.result(), played.report());
        }
    }

    static Subject named(String name) {
        Optional<Scenario> scenario = Scenarios.named(name);
        return scenario.isPresent()
                ? new OfScenario(scenario.get())
                : new OfPlaybook(argument(name), ofPlaybook(playbook(name)));
    }

    private static String argument(String name) {
        return ShippedPlaybooks.playbook(name).isPresent()
                ? name
                : Path.of(name).toAbsolutePath().normalize().toString();
    }

    private static SimulatedPlaybook ofPlaybook(Playbook playbook) {
        return SimulatedPlaybook.of(playbook, SimulationConfig.of(DemoCluster.toPlayOn(playbook)));
    }

    /// A shipped playbook or a file.
    static Playbook playbook(String name) {
        Optional<Playbook> shipped = ShippedPlaybooks.playbook(name);
        if (shipped.isPresent()) {
            return shipped.get();
        }
        Path file = Path.of(name);
        if (!Files.exists(file)) {
            throw new UserMistake("there is no playbook, scenario or file named '" + name + "'; known are "
                    + Stream.concat(
                                    ShippedPlaybooks.names().stream(),
                                    Scenarios.all().stream().map(Scenario::name))
                            .collect(Collectors.joining(", ")));
        }
        return switch (PlaybookFiles.load(file)) {
            case PlaybookLoader.Result.Loaded(Playbook loaded) -> loaded;
            case PlaybookLoader.Result.Invalid(List<Problem> problems) ->
                throw new UserMistake(problems.stream()
                        .map(p -> name + ":" + p.text())
                        .collect(Collectors.joining(System.lineSeparator())));
        };
    }
}
