package io.faultline.runtime.orchestrator;

import java.util.List;

/// Where a process goes: back to the machine that it ran on last, which has its weights, otherwise to the one with
/// most free slots, ties by name. Never to a machine that is lost, cordoned, or full. Pure.
final class Placement {
    private Placement() {}

    /// A machine as placement sees it.
    record Candidate(String machine, int freeGpus, boolean up, boolean cordoned) {
        boolean takes(int gpus) {
            return up && !cordoned && freeGpus >= gpus;
        }
    }

    sealed interface Choice {
        record On(String machine) implements Choice {}

        record Nowhere(String why) implements Choice {}
    }

    static Choice choose(List<Candidate> machines, int gpus, String last) {
        Candidate best = null;
        for (Candidate machine : machines) {
            if (machine.takes(gpus) && (best == null || isBetter(machine, best, last))) {
                best = machine;
            }
        }
        if (best != null) {
            return new Choice.On(best.machine());
        }
        long lost = machines.stream().filter(m -> !m.up()).count();
        long cordoned = machines.stream().filter(m -> m.up() && m.cordoned()).count();
        return new Choice.Nowhere("none of " + machines.size() + " machines has " + gpus + " free GPU"
                + (gpus == 1 ? "" : "s") + "; " + lost + " are lost, " + cordoned + " cordoned");
    }

    private static boolean isBetter(Candidate machine, Candidate than, String last) {
        boolean wasLast = machine.machine().equals(last);
        if (wasLast != than.machine().equals(last)) {
            return wasLast;
        }
        if (machine.freeGpus() != than.freeGpus()) {
            return machine.freeGpus() > than.freeGpus();
        }
        return machine.machine().compareTo(than.machine()) < 0;
    }
}
