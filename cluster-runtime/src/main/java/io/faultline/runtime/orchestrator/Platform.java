package io.faultline.runtime.orchestrator;

import io.faultline.runtime.fault.PlatformControl;
import io.faultline.runtime.planner.PlannerPort;
import io.faultline.runtime.seam.NodeId;
import java.util.function.Consumer;

/// Machines and planner of a world that has its processes at hand.
public record Platform(MachinePark park, Planners planners) implements PlatformControl {
    /// The planners that run.
    public interface Planners {
        /// Does something to one on its loop. False when there is none of that name.
        boolean with(NodeId planner, Consumer<PlannerPort> action);
    }

    @Override
    public boolean hasMachine(NodeId machine) {
        return park.has(machine);
    }

    @Override
    public boolean isUp(NodeId machine) {
        return park.isUp(machine);
    }

    @Override
    public void lose(NodeId machine, String why) {
        park.lose(machine, why);
    }

    @Override
    public void restore(NodeId machine, String why) {
        park.restore(machine, why);
    }

    @Override
    public void failStarts(NodeId machine, boolean fails) {
        park.failStarts(machine, fails);
    }

    @Override
    public boolean overScale(NodeId planner, double share, String by) {
        return planners.with(planner, p -> p.overScale(share, by));
    }

    @Override
    public void endOverScale(NodeId planner, String by) {
        planners.with(planner, p -> p.endOverScale(by));
    }
}
