package io.faultline.runtime.history;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.history.ScalingSnapshot.MachineView;
import io.faultline.runtime.history.ScalingSnapshot.ProcessView;
import io.faultline.runtime.history.ScalingSnapshot.Restart;
import io.faultline.runtime.history.ScalingSnapshot.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The planner's verdicts, and the machines with what runs on them. Confined to the loop that feeds it.
final class ScalingFold implements Fold {
    private final int verdictsMax;
    private final Deque<Verdict> verdicts = new ArrayDeque<>();
    private final Deque<Verdict> decisions = new ArrayDeque<>();
    private final Deque<Restart> restarts = new ArrayDeque<>();
    private final Map<String, MachineEntry> machines = new TreeMap<>();
    private final Map<String, ProcessEntry> processes = new TreeMap<>();
    private long rollBacks;
    private long restartCount;
    private long cordonCount;

    ScalingFold(int verdictsMax) {
        this.verdictsMax = verdictsMax;
    }

    private static final class MachineEntry {
        private int gpus;
        private boolean up;
        private String cordonedBy = "";
        private String cordonedWhy = "";
        private long cordonEndsNanos;
        private int restarts;
    }

    private static final class ProcessEntry {
        private final NodeRole role;
        private String machine = "";
        private boolean running;
        private int starts;
        private String waitingFor = "";

        ProcessEntry(NodeRole role) {
            this.role = role;
        }
    }

    @Override
    public void apply(ClusterEvent event) {
        switch (event.record()) {
            case ScalingEvent.PlannerDecided d -> decided(event.atNanos(), d);
            case ScalingEvent.MachineChanged m -> {
                MachineEntry machine = machines.computeIfAbsent(m.machine(), _ -> new MachineEntry());
                machine.gpus = m.gpus();
                machine.up = m.up();
            }
            case ScalingEvent.MachineCordoned c -> cordoned(event.atNanos(), c);
            case ScalingEvent.MachineUncordoned u -> {
                MachineEntry machine = machines.get(u.machine());
                if (machine != null) {
                    machine.cordonedBy = "";
                    machine.cordonedWhy = "";
                    machine.cordonEndsNanos = 0;
                }
            }
            case ScalingEvent.ProcessPlaced p -> {
                ProcessEntry process = processes.computeIfAbsent(p.process(), _ -> new ProcessEntry(p.role()));
                process.machine = p.machine();
                process.starts = Math.max(process.starts, p.start());
                process.waitingFor = "its launch";
            }
            case ScalingEvent.ProcessUnplaced u -> {
                ProcessEntry process = processes.get(u.process());
                if (process != null) {
                    process.waitingFor = u.why();
                }
            }
            case ScalingEvent.ProcessRetired r -> processes.remove(r.process());
            case ScalingEvent.RestartScheduled r -> restarted(event.atNanos(), r);
            case NodeEvent.NodeStarted _ -> running(event.node().value(), true);
            case NodeEvent.NodeStopped _ -> running(event.node().value(), false);
            default -> {
                // Not about what runs where, or how many.
            }
        }
    }

    private void decided(long atNanos, ScalingEvent.PlannerDecided d) {
        Verdict verdict = new Verdict(
                atNanos,
                d.decision(),
                d.pool(),
                d.kind(),
                d.from(),
                d.to(),
                d.ready(),
                d.reporting(),
                d.kvUse(),
                d.queued(),
                d.queueTrend(),
                d.badIntervals(),
                d.holdOffIntervals(),
                d.why());
        verdicts.add(verdict);
        if (verdicts.size() > verdictsMax) {
            verdicts.remove();
        }
        if (d.kind() != DecisionKind.HOLD) {
            push(decisions, verdict);
        }
        rollBacks += d.kind() == DecisionKind.ROLL_BACK ? 1 : 0;
    }

    private <T> void push(Deque<T> newest, T value) {
        newest.addFirst(value);
        if (newest.size() > verdictsMax) {
            newest.removeLast();
        }
    }

    private void cordoned(long atNanos, ScalingEvent.MachineCordoned c) {
        MachineEntry machine = machines.computeIfAbsent(c.machine(), _ -> new MachineEntry());
        cordonCount += machine.cordonedBy.isEmpty() ? 1 : 0;
        machine.cordonedBy = c.by();
        machine.cordonedWhy = c.why();
        machine.cordonEndsNanos = c.forNanos() == 0 ? 0 : atNanos + c.forNanos();
    }

    private void restarted(long atNanos, ScalingEvent.RestartScheduled r) {
        restartCount++;
        push(restarts, new Restart(atNanos, r.process(), r.machine(), r.failures(), r.delayNanos(), r.why()));
        MachineEntry machine = machines.get(r.machine());
        if (machine != null) {
            machine.restarts++;
        }
        ProcessEntry process = processes.get(r.process());
        if (process != null) {
            process.waitingFor = r.why();
        }
    }

    private void running(String name, boolean runs) {
        ProcessEntry process = processes.get(name);
        if (process != null) {
            process.running = runs;
            process.waitingFor = runs ? "" : process.waitingFor;
        }
    }

    ScalingSnapshot snapshot() {
        List<MachineView> machineViews = new ArrayList<>();
        machines.forEach((name, m) -> {
            List<String> on = new ArrayList<>();
            processes.forEach((process, p) -> {
                if (p.running && p.machine.equals(name)) {
                    on.add(process);
                }
            });
            machineViews.add(new MachineView(
                    name, m.gpus, m.up, m.cordonedBy, m.cordonedWhy, m.cordonEndsNanos, List.copyOf(on), m.restarts));
        });
        List<ProcessView> processViews = new ArrayList<>();
        processes.forEach((name, p) ->
                processViews.add(new ProcessView(name, p.role, p.machine, p.running, p.starts, p.waitingFor)));
        return new ScalingSnapshot(
                List.copyOf(verdicts),
                List.copyOf(decisions),
                List.copyOf(machineViews),
                List.copyOf(processViews),
                List.copyOf(restarts),
                rollBacks,
                restartCount,
                cordonCount);
    }
}
