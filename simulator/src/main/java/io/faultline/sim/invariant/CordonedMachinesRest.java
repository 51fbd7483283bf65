package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.ScalingEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/// REQ-2, TC-1: nothing is started on a machine from the word that it is cordoned to the word that it is not. What the
/// orchestrator cordoned by itself is gone with it; what a person did is not, whoever orchestrates.
public final class CordonedMachinesRest implements Invariant {
    private final Map<String, ScalingEvent.MachineCordoned> cordons = new LinkedHashMap<>();

    @Override
    public String sentence() {
        return "Nothing is started on a cordoned machine.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case ScalingEvent.MachineCordoned cordoned -> cordons.put(cordoned.machine(), cordoned);
            case ScalingEvent.MachineUncordoned lifted -> cordons.remove(lifted.machine());
            case ScalingEvent.OrchestratorTookOver _ -> cordons.values().removeIf(cordon -> cordon.forNanos() > 0);
            case ScalingEvent.ProcessPlaced placed -> {
                ScalingEvent.MachineCordoned cordon = cordons.get(placed.machine());
                if (cordon != null) {
                    report.broken(
                            event.node(),
                            placed.process() + " was started on " + placed.machine() + ", which " + cordon.by()
                                    + " had cordoned: " + cordon.why());
                }
            }
            default -> {
                // Not about machines.
            }
        }
    }
}
