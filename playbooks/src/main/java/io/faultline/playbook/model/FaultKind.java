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
    WORKER_START;

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
        return switch (role) {
            case DECODE -> true;
            case STORE, FRONTEND, CLIENT, OPERATOR -> false;
        };
    }

    public Fault fault(NodeId target) {
        return switch (this) {
            case WORKER_KILL -> new Fault.WorkerKill(target);
            case WORKER_FREEZE -> new Fault.WorkerFreeze(target);
            case WORKER_START -> new Fault.WorkerStart(target);
        };
    }
}
