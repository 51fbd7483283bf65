package io.faultline.playbook.model;

import io.faultline.playbook.probe.Words;
import io.faultline.runtime.event.EventRecord.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.seam.NodeId;
import java.util.Optional;

/// What an inject step can order: the faults of [Fault] by their names in playbooks.
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

    /// What an inject step says beyond the target, computed. A field that the kind does not have is ignored.
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
        return Words.of(this, '-');
    }

    public static Optional<FaultKind> of(String word) {
        return Words.find(word, values(), '-');
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

    /// Whether a step of this kind may say by how much.
    public boolean hasFactor() {
        return this == WORKER_SLOW;
    }

    /// Whether a step of this kind may say after how many tokens.
    public boolean hasAfterTokens() {
        return this == ENGINE_FREEZE;
    }

    /// Whether a step of this kind may say how much it takes away.
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
