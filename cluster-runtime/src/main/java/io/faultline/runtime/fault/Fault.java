package io.faultline.runtime.fault;

import io.faultline.runtime.seam.NodeId;

/// Something that is made to go wrong. `kind()` is its name in playbooks and in the REST API.
public sealed interface Fault {
    String kind();

    /// The node or machine it acts on.
    NodeId target();

    /// It acts on one process.
    sealed interface OnProcess extends Fault {}

    /// It acts on what processes run on, or on what decides how many there are.
    sealed interface OnPlatform extends Fault {}

    /// The process ends at once, as by SIGKILL: sockets close, nothing is cleaned up, the lease runs out.
    record WorkerKill(NodeId target) implements OnProcess {
        @Override
        public String kind() {
            return "worker-kill";
        }
    }

    /// The process stands still, as by SIGSTOP: sockets stay open, nothing answers. Recovery lets it go on.
    record WorkerFreeze(NodeId target) implements OnProcess {
        @Override
        public String kind() {
            return "worker-freeze";
        }
    }

    /// The process is started again after it ended. Not a fault but the undoing of one; it is in the vocabulary
    /// because playbooks and people order it the same way.
    record WorkerStart(NodeId target) implements OnProcess {
        @Override
        public String kind() {
            return "worker-start";
        }
    }

    /// The worker's engine dies under it; the process notices, gives its streams up and ends with exit code 1.
    /// Recovery starts it anew.
    record EngineCrash(NodeId target) implements OnProcess {
        @Override
        public String kind() {
            return "engine-crash";
        }
    }

    /// The worker's engine stands still while its process lives. Recovery lets it go on.
    /// @param afterTokens how many tokens each sequence still gets
    record EngineFreeze(NodeId target, int afterTokens) implements OnProcess {
        @Override
        public String kind() {
            return "engine-freeze";
        }
    }

    /// The worker's engine is slow without being dead: every iteration takes `factor` times as long. Recovery
    /// gives it its speed back.
    /// @param factor 1 to [io.faultline.runtime.engine.EngineCondition#FACTOR_MAX]
    record WorkerSlow(NodeId target, double factor) implements OnProcess {
        @Override
        public String kind() {
            return "worker-slow";
        }
    }

    /// The ways between a prefill worker and all decode workers are cut; store, queue and process are as they were.
    /// Recovery joins them again. Only a world whose network is its own can do it.
    record HandOverCut(NodeId target) implements OnProcess {
        @Override
        public String kind() {
            return "handover-cut";
        }
    }

    /// A machine is gone at once with everything on it. Recovery brings it back, empty.
    record MachineLoss(NodeId target) implements OnPlatform {
        @Override
        public String kind() {
            return "machine-loss";
        }
    }

    /// Every process that is started on a machine ends at once. Recovery lets them start again.
    record StartFailure(NodeId target) implements OnPlatform {
        @Override
        public String kind() {
            return "start-failure";
        }
    }

    /// The planner takes workers away that are needed. Recovery gives them back if the planner has not.
    /// @param share of the workers, above 0 and below 1
    record PlannerOverScale(NodeId target, double share) implements OnPlatform {
        @Override
        public String kind() {
            return "planner-over-scale";
        }
    }
}
