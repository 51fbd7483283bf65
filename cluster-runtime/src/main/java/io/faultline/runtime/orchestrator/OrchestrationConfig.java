package io.faultline.runtime.orchestrator;

import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;

/// The machines of a cluster, and how an orchestrator uses them. Without machines there is no orchestrator: every node
/// is started once, by hand.
///
/// @param machines what workers run on
/// @param launchNanos from an order to the start of the process: scheduling, image, weights; default 2 s
/// @param restart how processes that ended are started again
/// @param cordon when a machine is left alone
/// @param drainPauseNanos processes stop for good one at a time, and the next so long after the last; default 1 s, so
///     that streams handed over by one do not meet the next before frontends know that it leaves
/// @param drainNanos what does not stop in order within this time is killed; default 65 s, more than a worker's own
///     bounds together
/// @param machineLossNanos silence after which a machine is lost; default 5 s
/// @param reconcileNanos how often what runs is compared with what should; default 5 s
/// @param planner how many workers there should be
@RecordBuilder
public record OrchestrationConfig(
        List<Machine> machines,
        long launchNanos,
        Restart restart,
        Cordon cordon,
        long drainPauseNanos,
        long drainNanos,
        long machineLossNanos,
        long reconcileNanos,
        PlannerConfig planner)
        implements OrchestrationConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public OrchestrationConfig {
        machines = List.copyOf(machines);
        Invariants.check(launchNanos >= 0 && machineLossNanos >= 0 && drainNanos >= 0, "waits are not negative");
        Invariants.check(reconcileNanos > 0 && drainPauseNanos >= 0, "pauses are not negative");
    }

    /// @param gpus slots for workers, at least 1
    public record Machine(String name, int gpus) {
        public Machine {
            Invariants.check(!name.isBlank() && gpus >= 1, "a machine has a name and at least one GPU");
        }
    }

    /// @param minNanos wait before the first start after an end; default 1 s, doubled each time it ends early again
    /// @param maxNanos longest such wait; default 60 s
    /// @param stableNanos a process that ran for so long starts over with the shortest wait; default 60 s
    public record Restart(long minNanos, long maxNanos, long stableNanos) {
        public Restart {
            Invariants.check(0 < minNanos && minNanos <= maxNanos, "the first restart is not later than the last");
            Invariants.check(stableNanos > 0, "a stable process ran for more than 0 ns");
        }

        public static Restart defaults() {
            return new Restart(SECOND, 60 * SECOND, 60 * SECOND);
        }
    }

    /// @param failures failed starts in a row on one machine; default 3
    /// @param startNanos a process that ends by itself this soon has failed to start; default 10 s
    /// @param forNanos how long a machine is left alone; default 5 min
    /// @param shareMax most machines that are left alone at the same time without a person's word, as a share;
    ///     default 0.5: what fails everywhere is not the machines' fault
    public record Cordon(int failures, long startNanos, long forNanos, double shareMax) {
        public Cordon {
            Invariants.check(failures >= 1 && startNanos > 0 && forNanos > 0, "bounds are above 0");
            Invariants.check(shareMax >= 0 && shareMax <= 1, "a share is 0 to 1, not %s", shareMax);
        }

        public static Cordon defaults() {
            return new Cordon(3, 10 * SECOND, 300 * SECOND, 0.5);
        }
    }

    public static OrchestrationConfig off() {
        return on(List.of());
    }

    public static OrchestrationConfig on(List<Machine> machines) {
        return new OrchestrationConfig(
                machines,
                2 * SECOND,
                Restart.defaults(),
                Cordon.defaults(),
                SECOND,
                65 * SECOND,
                5 * SECOND,
                5 * SECOND,
                PlannerConfig.off());
    }

    /// `count` machines of `gpus` slots each: `machine-0` ...
    public static List<Machine> machines(int count, int gpus) {
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            machines.add(new Machine("machine-" + i, gpus));
        }
        return machines;
    }

    public boolean isOn() {
        return !machines.isEmpty();
    }

    public int gpus() {
        return machines.stream().mapToInt(Machine::gpus).sum();
    }
}
