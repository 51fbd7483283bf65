package io.faultline.runtime.fault;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.seam.NodeId;
import java.util.Locale;
import java.util.Optional;

/// What can be ordered: the faults of [Fault] by their names in playbooks and on the system port.
public enum FaultKind {
    WORKER_KILL,
    WORKER_FREEZE,
    WORKER_SLOW,
    ENGINE_CRASH,
    ENGINE_FREEZE,
    HANDOVER_CUT,
    WORKER_START,
    MACHINE_LOSS,
    START_FAILURE,
    PLANNER_OVER_SCALE;

    /// What an order says beyond the target. A field that the kind does not have is ignored.
    /// @param factor how many times slower; [#FACTOR_DEFAULT]
    /// @param afterTokens tokens that each sequence still gets; 0
    /// @param percent of the workers; [#PERCENT_DEFAULT]
    public record Strength(double factor, int afterTokens, double percent) {}

    /// Slow enough to hurt, too fast for time-outs.
    public static final int FACTOR_DEFAULT = 20;

    /// What TC-3 takes away.
    public static final int PERCENT_DEFAULT = 30;

    /// `worker-kill`
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<FaultKind> of(String word) {
        for (FaultKind kind : values()) {
            if (kind.word().equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /// Undoes harm instead of doing it; such a step does not count towards the blast radius.
    public boolean isRepair() {
        return this == WORKER_START;
    }

    /// Whether it can act on nodes of that role.
    public boolean actsOn(NodeRole role) {
        return switch (this) {
            case WORKER_KILL, WORKER_FREEZE, WORKER_START ->
                switch (role) {
                    case FRONTEND, ROUTER, PREFILL, DECODE, PLANNER, ORCHESTRATOR -> true;
                    case STORE, QUEUE, MACHINE, CLIENT, OPERATOR -> false;
                };
            case WORKER_SLOW, ENGINE_CRASH, ENGINE_FREEZE, HANDOVER_CUT ->
                role == NodeRole.DECODE || role == NodeRole.PREFILL;
            case MACHINE_LOSS, START_FAILURE -> role == NodeRole.MACHINE;
            case PLANNER_OVER_SCALE -> role == NodeRole.PLANNER;
        };
    }

    /// Whether an order of this kind may say by how much.
    public boolean hasFactor() {
        return this == WORKER_SLOW;
    }

    /// Whether an order of this kind may say after how many tokens.
    public boolean hasAfterTokens() {
        return this == ENGINE_FREEZE;
    }

    /// Whether an order of this kind may say how much it takes away.
    public boolean hasPercent() {
        return this == PLANNER_OVER_SCALE;
    }

    public Fault fault(NodeId target, Strength strength) {
        return switch (this) {
            case WORKER_KILL -> new Fault.WorkerKill(target);
            case WORKER_FREEZE -> new Fault.WorkerFreeze(target);
            case WORKER_SLOW -> new Fault.WorkerSlow(target, strength.factor());
            case ENGINE_CRASH -> new Fault.EngineCrash(target);
            case ENGINE_FREEZE -> new Fault.EngineFreeze(target, strength.afterTokens());
            case HANDOVER_CUT -> new Fault.HandOverCut(target);
            case WORKER_START -> new Fault.WorkerStart(target);
            case MACHINE_LOSS -> new Fault.MachineLoss(target);
            case START_FAILURE -> new Fault.StartFailure(target);
            case PLANNER_OVER_SCALE -> new Fault.PlannerOverScale(target, strength.percent() / 100);
        };
    }
}
