package io.faultline.backend.playbook;

import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.run.RunConfig;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.sim.cluster.SimulationConfig;
import io.faultline.sim.run.SimulationResult;
import io.faultline.sim.scenario.RunOptions;
import io.faultline.sim.scenario.SimulatedPlaybook;
import io.faultline.sim.scenario.SimulatedPlaybook.Played;
import java.util.LinkedHashMap;
import java.util.Map;

/// Runs playbooks on a simulated cluster of the same size and settings as the live one. Thread-safe: each run has a
/// cluster of its own.
public final class TwinSimulation implements PlaybookSimulation {
    private final SimulationConfig config;

    public TwinSimulation(ClusterConfig cluster) {
        this.config = SimulationConfig.of(cluster);
    }

    @Override
    public Simulated run(Playbook playbook, Map<String, String> parameters, long seed) {
        SimulatedPlaybook simulated =
                new SimulatedPlaybook(playbook, new LinkedHashMap<>(parameters), config, RunConfig.defaults());
        Played played = simulated.play(seed, RunOptions.none());
        SimulationResult result = played.result();
        String why = result.violations().isEmpty()
                ? result.why()
                : "an invariant broke: " + result.violations().getFirst().sentence();
        return new Simulated(result.outcome(), why, result.digest(), played.report());
    }
}
