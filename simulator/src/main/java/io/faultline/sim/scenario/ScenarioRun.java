package io.faultline.sim.scenario;

import io.faultline.runtime.history.EventLog;
import io.faultline.sim.cluster.SimulatedCluster;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import io.faultline.sim.trace.EventLine;
import java.util.Optional;

/// One run of a scenario: its cluster, and what is needed to tell what came of it. Confined to one thread.
///
/// @param log the newest events
record ScenarioRun(String name, long seed, SimulatedCluster cluster, EventLog log, Draws draws) {
    /// Events that a failure shows.
    private static final int LAST_EVENTS = 30;

    static ScenarioRun begin(String name, long seed, SimulationConfig config, RunOptions options, Draws draws) {
        return begin(name, SimulatedCluster.builder(seed).config(config), options, draws);
    }

    static ScenarioRun begin(String name, SimulatedCluster.Builder builder, RunOptions options, Draws draws) {
        EventLog log = new EventLog(LAST_EVENTS);
        builder.parts(options.parts()).fold(log);
        options.folds().forEach(builder::fold);
        return new ScenarioRun(name, builder.seed(), builder.build(), log, draws);
    }

    /// @param disappointed why it failed, if it did for another reason than a broken invariant
    SimulationResult result(Optional<String> disappointed) {
        boolean passed = cluster.holds() && disappointed.isEmpty();
        return result(passed ? SimulationResult.PASSED : SimulationResult.FAILED, disappointed.orElse(""));
    }

    SimulationResult result(String outcome, String why) {
        return new SimulationResult(
                name,
                seed,
                draws.drawn(),
                outcome,
                why,
                cluster.violations(),
                cluster.events().digest().hex(),
                cluster.nowNanos(),
                cluster.events().count(),
                cluster.turns(),
                cluster.requests(),
                log.from(log.oldest(), LAST_EVENTS).stream().map(EventLine::of).toList());
    }
}
