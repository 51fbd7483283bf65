package io.faultline.sim.scenario;

import java.util.List;
import java.util.Optional;

/// Every scenario there is.
public final class Scenarios {
    private static final List<Scenario> ALL = List.of(new DecodeWorkersUnderFire(), new ClusterUnderFire());

    private Scenarios() {}

    public static List<Scenario> all() {
        return ALL;
    }

    public static Optional<Scenario> named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }
}
