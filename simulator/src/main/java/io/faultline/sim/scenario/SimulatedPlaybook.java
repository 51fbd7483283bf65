package io.faultline.sim.scenario;

import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.Verdict;
import io.faultline.playbook.run.PlaybookRun;
import io.faultline.playbook.run.RunConfig;
import io.faultline.playbook.run.RunRequest;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.World;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A playbook, run in virtual time: the same file and the same runner as on a live cluster, with every invariant
/// watching. Besides the choices of the playbook itself the seed decides latencies and clients. Immutable.
///
/// @param parameters of the playbook; those left out have their defaults
public record SimulatedPlaybook(
        Playbook playbook, SequencedMap<String, String> parameters, SimulationConfig config, RunConfig runConfig)
        implements Scenario {
    /// The outcome when the parameters were wrong, so that nothing was run; `why` says what is wrong with them.
    public static final String REFUSED = "refused";

    private static final String BY = "simulate";

    /// @param report absent when the run was refused or an invariant broke before it ended
    public record Played(SimulationResult result, Optional<PlaybookReport> report) {}

    /// With every parameter at its default.
    public static SimulatedPlaybook of(Playbook playbook, SimulationConfig config) {
        return new SimulatedPlaybook(playbook, new LinkedHashMap<>(), config, RunConfig.defaults());
    }

    @Override
    public String name() {
        return playbook.metadata().name();
    }

    @Override
    public String summary() {
        return playbook.metadata().title();
    }

    @Override
    public SimulationResult run(long seed, RunOptions options) {
        return play(seed, options).result();
    }

    /// Runs it and keeps the report.
    public Played play(long seed, RunOptions options) {
        SimulatedCluster.Builder builder =
                SimulatedCluster.builder(seed).config(config).history(HistoryConfig.defaults());
        ScenarioRun run = ScenarioRun.begin(name(), builder, options, new Draws(new RandomSource(seed)));
        SimulatedCluster cluster = run.cluster();
        World world = cluster.world();
        if (!cluster.awaitStart()) {
            return new Played(run.result(Optional.empty()), Optional.empty());
        }
        RunRequest request = new RunRequest(name() + "-1", BY, seed, parameters, new LinkedHashMap<>());
        Player player = new Player(world, request);
        world.loop().post(player::start);
        boolean ended = cluster.runUntil(player::isOver, longestNanos());
        if (!player.problems.isEmpty()) {
            return new Played(run.result(REFUSED, String.join("; ", player.problems)), Optional.empty());
        }
        PlaybookReport report = player.report;
        if (report == null) {
            Optional<String> why = ended || !cluster.holds() ? Optional.empty() : Optional.of("the run did not end");
            return new Played(run.result(why), Optional.empty());
        }
        if (report.verdict() == Verdict.PASSED) {
            // A playbook that passed has left nothing broken behind: the cluster comes to rest by itself.
            cluster.stabilise();
        }
        String outcome = cluster.holds() ? report.verdict().word() : SimulationResult.FAILED;
        return new Played(run.result(outcome, String.join("; ", report.why())), Optional.of(report));
    }

    /// Every phase at its longest.
    private long longestNanos() {
        return runConfig.steadyWithinNanos()
                + runConfig.runMaxNanos()
                + runConfig.releaseWithinNanos()
                + runConfig.recoverWithinNanos()
                + runConfig.expectWithinNanos()
                + runConfig.pollNanos();
    }

    /// Starts the run on the operator's loop and takes what it calls back with.
    private final class Player {
        private final World world;
        private final RunRequest request;
        private List<String> problems = List.of();
        private @Nullable PlaybookReport report;

        Player(World world, RunRequest request) {
            this.world = world;
            this.request = request;
        }

        void start() {
            switch (PlaybookRun.start(world, playbook, request, runConfig, ended -> report = ended)) {
                case PlaybookRun.Start.Started _ -> {
                    // It goes on by itself.
                }
                case PlaybookRun.Start.Refused(List<String> wrong) -> problems = wrong;
            }
        }

        boolean isOver() {
            return report != null || !problems.isEmpty();
        }
    }
}
