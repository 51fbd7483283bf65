package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import java.util.EnumMap;
import java.util.Map;

/// REQ-11, TC-3: the planner's verdicts are a chain without a gap. Each has a reason and begins where the last one
/// ended; one worker comes or goes at a time, no two decisions have one number, and a roll-back brings back exactly
/// what
/// the decision before it took away. Across the lives of planners: what the store holds is taken over, with a word.
public final class EveryDecisionIsAccountedFor implements Invariant {
    private final Map<NodeRole, Chain> chains = new EnumMap<>(NodeRole.class);
    private long lastDecision;

    private static final class Chain {
        private boolean isBegun;
        private int target;
        /// What a roll-back has to restore; 0 = there is nothing to roll back.
        private int reducedFrom;
    }

    @Override
    public String sentence() {
        return "Every verdict of the planner has a reason and follows from the last, and a roll-back restores the target"
                + " before.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (event.record() instanceof ScalingEvent.PlannerDecided decided) {
            Chain chain = chains.computeIfAbsent(decided.pool(), _ -> new Chain());
            String wrong = wrong(decided, chain);
            if (!wrong.isEmpty()) {
                report.broken(
                        event.node(),
                        "decision " + decided.decision() + ", " + decided.kind() + " from " + decided.from() + " to "
                                + decided.to() + " because '" + decided.why() + "': " + wrong);
            }
            follow(decided, chain);
        }
    }

    private String wrong(ScalingEvent.PlannerDecided decided, Chain chain) {
        if (decided.why().isBlank()) {
            return "there is no reason";
        }
        boolean follows =
                !chain.isBegun || decided.kind() == DecisionKind.ESTABLISHED || decided.from() == chain.target;
        if (!follows) {
            return "the target was " + chain.target;
        }
        if (isNew(decided.kind()) && decided.decision() <= lastDecision) {
            return "there was a decision " + lastDecision;
        }
        return switch (decided.kind()) {
            case HOLD -> decided.to() == decided.from() ? "" : "that is not holding";
            case UP -> decided.to() == decided.from() + 1 ? "" : "one worker comes at a time";
            case DOWN -> decided.to() == decided.from() - 1 ? "" : "one worker goes at a time";
            case FORCED -> decided.to() < decided.from() ? "" : "nothing was taken away";
            case ROLL_BACK -> decided.to() == chain.reducedFrom ? "" : chain.reducedFrom + " workers were there before";
            case ESTABLISHED -> "";
        };
    }

    private static boolean isNew(DecisionKind kind) {
        return switch (kind) {
            case UP, DOWN, FORCED, ROLL_BACK -> true;
            case HOLD, ESTABLISHED -> false;
        };
    }

    /// A planner that was killed before it could tell of a reduction is spoken for by the one that takes over.
    private void follow(ScalingEvent.PlannerDecided decided, Chain chain) {
        switch (decided.kind()) {
            case DOWN, FORCED -> chain.reducedFrom = decided.from();
            case UP, ROLL_BACK -> chain.reducedFrom = 0;
            case ESTABLISHED -> {
                if (chain.isBegun && decided.to() != chain.target) {
                    chain.reducedFrom = decided.to() < chain.target ? chain.target : 0;
                }
            }
            case HOLD -> {
                // What is observed may be acquitted; a roll-back then needs another reduction first.
            }
        }
        chain.isBegun = true;
        chain.target = decided.to();
        lastDecision = Math.max(lastDecision, decided.decision());
    }
}
