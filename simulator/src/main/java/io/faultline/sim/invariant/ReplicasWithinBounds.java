package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import java.util.EnumMap;
import java.util.Map;

/// REQ-11: the planner wants neither fewer workers than the fewest allowed nor more than its budget, and the
/// orchestrator starts none beyond. What a person forces, or wanted at first, may lie outside.
public final class ReplicasWithinBounds implements Invariant {
    private final Map<NodeRole, Pool> pools = new EnumMap<>(NodeRole.class);
    private final Map<NodeRole, Integer> initial;

    /// @param initial workers of each role before anybody decided
    public ReplicasWithinBounds(OrchestrationConfig config, Map<NodeRole, Integer> initial) {
        this.initial = initial;
        config.planner().pools().forEach(pool -> pools.put(pool.role(), pool));
    }

    @Override
    public String sentence() {
        return "The workers that the planner wants and the orchestrator starts stay within the pool's bounds.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        switch (event.record()) {
            case ScalingEvent.PlannerDecided decided -> decided(event, decided, report);
            case ScalingEvent.ProcessPlaced placed -> placed(event, placed, report);
            default -> {
                // Nobody wants or starts anything.
            }
        }
    }

    private void decided(ClusterEvent event, ScalingEvent.PlannerDecided decided, Report report) {
        Pool pool = pools.get(decided.pool());
        if (pool == null) {
            report.broken(event.node(), "a planner decided on " + decided.pool() + ", which is no pool of its");
            return;
        }
        boolean holds = switch (decided.kind()) {
            case UP -> decided.to() <= pool.max();
            case DOWN -> decided.to() >= pool.min();
            case FORCED -> decided.to() >= 1;
            case ROLL_BACK, HOLD, ESTABLISHED -> decided.to() >= 1 && decided.to() <= most(pool);
        };
        if (!holds) {
            report.broken(
                    event.node(),
                    decided.kind() + " to " + decided.to() + " workers, where " + pool.min() + " to " + pool.max()
                            + " are allowed");
        }
    }

    private int most(Pool pool) {
        return Math.max(pool.max(), initial.getOrDefault(pool.role(), 0));
    }

    private void placed(ClusterEvent event, ScalingEvent.ProcessPlaced placed, Report report) {
        Pool pool = pools.get(placed.role());
        if (pool != null && numberOf(placed.process()) >= most(pool)) {
            report.broken(event.node(), placed.process() + " was started, but there are " + most(pool) + " at most");
        }
    }

    static int numberOf(String process) {
        return Integer.parseInt(process.substring(process.lastIndexOf('-') + 1));
    }
}
