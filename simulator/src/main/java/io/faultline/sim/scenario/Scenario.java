package io.faultline.sim.scenario;

import io.faultline.sim.run.SimulationResult;

/// Something that can be simulated under any seed. Immutable; runs share nothing.
public interface Scenario {
    /// Its name on the command line.
    String name();

    /// What happens in it, in one sentence.
    String summary();

    /// Runs it to its end.
    SimulationResult run(long seed, RunOptions options);
}
