package io.faultline.runtime.orchestrator;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.orchestrator.Launcher.Inventory;
import io.faultline.runtime.orchestrator.Launcher.Launch;
import io.faultline.runtime.orchestrator.Launcher.MachineState;
import io.faultline.runtime.orchestrator.Launcher.ManagedProcess;
import io.faultline.runtime.orchestrator.Launcher.Placed;
import io.faultline.runtime.orchestrator.Slot.State;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The processes of one orchestrator, and the way from what runs to what should. Every step is small and can be taken
/// again: what is wanted and missing is placed when it is due, what runs and is not wanted is retired, one after the
/// other. Until it was told what is wanted it does nothing: who takes over must not take what runs for unwanted.
/// Confined to the loop.
final class Fleet implements Launcher.Listener {
    private final NodeLoop loop;
    private final OrchestrationConfig config;
    private final Launcher launcher;
    private final EventSink events;
    private final Cordons cordons;
    private final Runnable superseded;
    private final Map<NodeRole, Integer> wanted = new EnumMap<>(NodeRole.class);
    private final Map<String, MachineState> machines = new TreeMap<>();
    private final Map<NodeId, Slot> slots = new TreeMap<>();
    private long epoch;
    private long retireAfterNanos = Long.MIN_VALUE;

    /// @param superseded runs when another orchestrator gives the orders
    Fleet(NodeLoop loop, OrchestrationConfig config, Launcher launcher, EventSink events, Runnable superseded) {
        this.loop = loop;
        this.config = config;
        this.launcher = launcher;
        this.events = events;
        this.superseded = superseded;
        this.cordons = new Cordons(loop, config.cordon(), events, this::reconcile);
    }

    Cordons cordons() {
        return cordons;
    }

    boolean hasMachine(String name) {
        return machines.containsKey(name);
    }

    /// How many processes of each role there should be from now on. Until it is known nothing is started or retired.
    void want(Map<NodeRole, Integer> replicas) {
        wanted.clear();
        wanted.putAll(replicas);
        reconcile();
    }

    /// Whether all that is wanted runs, and nothing else.
    boolean isSettled() {
        int count = wanted.values().stream().mapToInt(Integer::intValue).sum();
        return epoch != 0
                && !wanted.isEmpty()
                && slots.size() == count
                && slots.values().stream().allMatch(Slot::isRunning);
    }

    /// Agrees with what there is.
    void adopt(long mine, Inventory inventory) {
        epoch = mine;
        inventory.machines().forEach(m -> machines.put(m.machine().name(), m));
        Map<NodeId, Placed> found = new TreeMap<>();
        inventory.processes().forEach(p -> found.put(p.process().id(), p));
        for (Placed placed : found.values()) {
            Slot slot = slots.computeIfAbsent(placed.process().id(), _ -> new Slot(placed.process()));
            boolean runs = placed.running() && isUp(placed.machine());
            if (runs && !slot.isRunning() && !slot.isDraining()) {
                slot.become(new State.Running(placed.machine()));
                slot.started(loop.now());
            } else if (!runs && slot.isRunning()) {
                ended(slot, StopKind.KILLED, "found ended");
            }
        }
        for (Slot slot : List.copyOf(slots.values())) {
            boolean gone = !found.containsKey(slot.process().id());
            if (gone && (slot.isRunning() || slot.isDraining())) {
                ended(slot, StopKind.KILLED, "found ended");
            }
        }
        reconcile();
    }

    // ---- what happens

    @Override
    public void exited(NodeId process, StopKind how, String detail) {
        Slot slot = slots.get(process);
        if (slot != null) {
            ended(slot, how, detail);
            reconcile();
        }
    }

    @Override
    public void started(Placed placed) {
        Slot slot = slots.computeIfAbsent(placed.process().id(), _ -> new Slot(placed.process()));
        slot.become(new State.Running(placed.machine()));
        slot.started(loop.now());
        reconcile();
    }

    @Override
    public void machineChanged(String machine, boolean up) {
        machines.computeIfPresent(machine, (_, m) -> new MachineState(m.machine(), up));
        if (!up) {
            for (Slot slot : List.copyOf(slots.values())) {
                if (slot.machine().equals(machine)) {
                    // Nobody's fault but the machine's.
                    slot.failures(0);
                    ended(slot, StopKind.KILLED, machine + " was lost");
                }
            }
        }
        reconcile();
    }

    private void ended(Slot slot, StopKind how, String detail) {
        String machine = slot.machine();
        if (slot.isDraining()) {
            slots.remove(slot.process().id());
            retireAfterNanos = loop.now() + config.drainPauseNanos();
            loop.after(config.drainPauseNanos(), this::reconcile);
            return;
        }
        long ranNanos = loop.now() - slot.startedNanos();
        slot.failures(RestartPolicy.failures(config.restart(), slot.failures(), ranNanos));
        if (how == StopKind.FAILED && ranNanos <= config.cordon().startNanos() && !machine.isEmpty()) {
            if (cordons.startFailed(machine, machines.size(), detail)) {
                slot.failures(1);
            }
        } else if (ranNanos > config.cordon().startNanos() && !machine.isEmpty()) {
            cordons.startHeld(machine);
        }
        long delayNanos = RestartPolicy.delayNanos(config.restart(), slot.failures());
        slot.become(new State.Waiting(loop.now() + delayNanos));
        events.emit(new ScalingEvent.RestartScheduled(
                slot.process().id().value(), machine, slot.failures(), delayNanos, detail));
        loop.after(delayNanos, this::reconcile);
    }

    // ---- what is done

    void reconcile() {
        if (epoch == 0 || wanted.isEmpty()) {
            return;
        }
        wanted.forEach((role, count) -> {
            for (int i = 0; i < count; i++) {
                NodeId id = role.nodeId(i);
                slots.computeIfAbsent(id, _ -> new Slot(new ManagedProcess(id, role, gpus(role))));
            }
        });
        dropUnwanted();
        for (Slot slot : List.copyOf(slots.values())) {
            if (slot.isDue(loop.now())) {
                place(slot);
            }
        }
    }

    private static int gpus(NodeRole role) {
        return switch (role) {
            case DECODE, PREFILL -> 1;
            default -> 0;
        };
    }

    private boolean isWanted(Slot slot) {
        NodeRole role = slot.process().role();
        int count = wanted.getOrDefault(role, 0);
        for (int i = 0; i < count; i++) {
            if (role.nodeId(i).equals(slot.process().id())) {
                return true;
            }
        }
        return false;
    }

    /// What does not run first, then the youngest.
    private void dropUnwanted() {
        List<Slot> unwanted = new ArrayList<>();
        for (Slot slot : List.copyOf(slots.values())) {
            if (!isWanted(slot)) {
                switch (slot.state()) {
                    case State.Waiting _, State.Unplaced _ -> {
                        slots.remove(slot.process().id());
                        // It may have run once, and would be found there for ever.
                        launcher.retire(epoch, slot.process().id());
                    }
                    case State.Running _ -> unwanted.add(slot);
                    case State.Starting _, State.Draining _ -> {
                        // It is retired once it runs, or is on its way out.
                    }
                }
            }
        }
        boolean isFree = slots.values().stream().noneMatch(Slot::isDraining) && loop.now() >= retireAfterNanos;
        if (isFree && !unwanted.isEmpty()) {
            retire(unwanted.getLast());
        }
    }

    private void retire(Slot slot) {
        String machine = slot.machine();
        slot.become(new State.Draining(machine));
        int count = wanted.getOrDefault(slot.process().role(), 0);
        events.emit(new ScalingEvent.ProcessRetired(
                slot.process().id().value(), machine, count + " of its kind are wanted"));
        launcher.retire(epoch, slot.process().id());
    }

    private void place(Slot slot) {
        if (slot.process().gpus() == 0) {
            launch(slot, "");
            return;
        }
        switch (Placement.choose(candidates(), slot.process().gpus(), slot.lastMachine())) {
            case Placement.Choice.On(String machine) -> launch(slot, machine);
            case Placement.Choice.Nowhere(String why) -> unplaced(slot, why);
        }
    }

    private void unplaced(Slot slot, String why) {
        State next = new State.Unplaced(why);
        if (!slot.state().equals(next)) {
            slot.become(next);
            events.emit(new ScalingEvent.ProcessUnplaced(slot.process().id().value(), why));
        }
    }

    private void launch(Slot slot, String machine) {
        slot.become(new State.Starting(machine));
        int start = slot.ordered();
        slot.started(loop.now());
        events.emit(new ScalingEvent.ProcessPlaced(
                slot.process().id().value(), slot.process().role(), machine, start));
        launcher.launch(epoch, slot.process(), machine, answer -> {
            if (isStill(slot) && slot.starts() == start && slot.state() instanceof State.Starting) {
                launched(slot, machine, answer);
            }
        });
    }

    @SuppressWarnings("ReferenceEquality") // a slot of the same name may have taken its place
    private boolean isStill(Slot slot) {
        return slots.get(slot.process().id()) == slot;
    }

    private void launched(Slot slot, String machine, Launch answer) {
        switch (answer) {
            case Launch.Started _ -> {
                slot.become(new State.Running(machine));
                slot.started(loop.now());
                if (!machine.isEmpty()) {
                    loop.after(config.cordon().startNanos(), () -> stayed(slot, machine));
                }
                reconcile();
            }
            case Launch.Refused(String why) -> {
                slot.started(loop.now());
                ended(slot, StopKind.KILLED, why);
            }
            case Launch.Superseded _ -> superseded.run();
        }
    }

    private void stayed(Slot slot, String machine) {
        boolean stays = isStill(slot) && slot.isRunning() && slot.machine().equals(machine);
        if (stays && loop.now() - slot.startedNanos() >= config.cordon().startNanos()) {
            cordons.startHeld(machine);
        }
    }

    private List<Placement.Candidate> candidates() {
        List<Placement.Candidate> candidates = new ArrayList<>();
        for (MachineState machine : machines.values()) {
            String name = machine.machine().name();
            int used = 0;
            for (Slot slot : slots.values()) {
                used += slot.machine().equals(name) ? slot.process().gpus() : 0;
            }
            candidates.add(
                    new Placement.Candidate(name, machine.machine().gpus() - used, machine.up(), cordons.has(name)));
        }
        return candidates;
    }

    private boolean isUp(String machine) {
        @Nullable MachineState state = machines.get(machine);
        return machine.isEmpty() || state != null && state.up();
    }
}
