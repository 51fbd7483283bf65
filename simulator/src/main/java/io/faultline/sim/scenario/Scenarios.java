package io.faultline.sim.scenario;

import io.faultline.playbook.loader.ShippedPlaybooks;
import io.faultline.sim.cluster.SimulationConfig;
import java.util.List;
import java.util.Optional;

/// Everything that can be simulated by name.
public final class Scenarios {
    private static final List<Scenario> ALL = List.of(
            new MixedFaults(),
            new MixedSurvival(),
            new DecodeWorkersUnderFire(),
            new ClusterUnderFire(),
            new SickWorkers(),
            new SteadyOverload(),
            new RouterLoss(),
            new ScalingUnderFire(),
            new PrefillUnderFire());

    private Scenarios() {}

    public static List<Scenario> all() {
        return ALL;
    }

    public static Optional<Scenario> named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    /// A scenario, or a playbook that comes with Faultline, which is then run on the cluster of `config`.
    public static Optional<Scenario> orPlaybookNamed(String name, SimulationConfig config) {
        return named(name)
                .or(() -> ShippedPlaybooks.playbook(name).map(playbook -> SimulatedPlaybook.of(playbook, config)));
    }
}
