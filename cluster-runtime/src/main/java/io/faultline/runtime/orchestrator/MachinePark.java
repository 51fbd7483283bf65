package io.faultline.runtime.orchestrator;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.orchestrator.Launcher.Inventory;
import io.faultline.runtime.orchestrator.Launcher.Launch;
import io.faultline.runtime.orchestrator.Launcher.MachineState;
import io.faultline.runtime.orchestrator.Launcher.ManagedProcess;
import io.faultline.runtime.orchestrator.Launcher.Placed;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Machine;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The machines of a cluster whose processes are all at hand: modelled GPU slots, a modelled time to launch, and a
/// world that does the starting and stopping. It lives with the world, not with the orchestrator, as agents on the
/// machines do. Confined to the operator's loop; an orchestrator reaches it through [#launcherFor].
public final class MachinePark {
    private final NodeLoop loop;
    private final OrchestrationConfig config;
    private final ProcessHost host;
    private final EventSink events;
    private final Map<String, MachineEntry> machines = new LinkedHashMap<>();
    private final Map<NodeId, Placed> processes = new LinkedHashMap<>();
    private final Set<NodeId> retired = new LinkedHashSet<>();
    private @Nullable Subscriber subscriber;
    private long epoch;

    public MachinePark(NodeLoop loop, OrchestrationConfig config, ProcessHost host, EventSink events) {
        this.loop = loop;
        this.config = config;
        this.host = host;
        this.events = events;
        config.machines().forEach(m -> machines.put(m.name(), new MachineEntry(m)));
    }

    private static final class MachineEntry {
        private final Machine machine;
        private boolean up = true;
        private boolean failsStarts;
        /// Counts its losses, so that the word of an earlier one changes nothing.
        private int losses;

        MachineEntry(Machine machine) {
            this.machine = machine;
        }
    }

    private record Subscriber(NodeLoop loop, Launcher.Listener listener) {
        void tell(Consumer<Launcher.Listener> word) {
            loop.post(() -> word.accept(listener));
        }
    }

    /// Tells of the machines as they are. Once, at the start.
    public void announce() {
        machines.values().forEach(m -> emit(m, "part of the cluster"));
    }

    private void emit(MachineEntry m, String why) {
        events.emit(new ScalingEvent.MachineChanged(m.machine.name(), m.machine.gpus(), m.up, why));
    }

    /// No order is carried out from now on.
    public void close() {
        epoch = Long.MAX_VALUE;
        subscriber = null;
    }

    // ---- what the world says

    /// A process ended, for whatever reason.
    public void exited(NodeId process, StopKind how, String detail) {
        Placed placed = processes.get(process);
        if (placed == null) {
            return;
        }
        MachineEntry machine = machines.get(placed.machine());
        if (retired.remove(process)) {
            processes.remove(process);
            loop.post(() -> {
                if (host.state(process) == ProcessState.DOWN) {
                    host.forget(process);
                }
            });
            tell(l -> l.exited(process, how, detail));
            return;
        }
        processes.put(process, new Placed(placed.process(), placed.machine(), false));
        if (machine == null || machine.up) {
            tell(l -> l.exited(process, how, detail));
        }
    }

    /// Somebody else than the orchestrator wants a process to run. It goes where it was; false when that is not
    /// possible.
    public boolean startByHand(NodeId process) {
        Placed placed = processes.get(process);
        if (placed == null) {
            return false;
        }
        MachineEntry machine = machines.get(placed.machine());
        if (machine != null
                && (!machine.up || used(placed.machine()) + placed.process().gpus() > machine.machine.gpus())) {
            return false;
        }
        run(placed.process(), placed.machine());
        Placed running = new Placed(placed.process(), placed.machine(), true);
        tell(l -> l.started(running));
        return true;
    }

    // ---- machines

    public boolean has(NodeId machine) {
        return machines.containsKey(machine.value());
    }

    public boolean isUp(NodeId machine) {
        MachineEntry m = machines.get(machine.value());
        return m != null && m.up;
    }

    /// Everything on it ends at once; the orchestrator hears of it when the machine was silent for a while.
    public void lose(NodeId machine, String why) {
        MachineEntry m = machines.get(machine.value());
        if (m == null || !m.up) {
            return;
        }
        m.up = false;
        int loss = ++m.losses;
        emit(m, why);
        for (Placed placed : List.copyOf(processes.values())) {
            if (placed.machine().equals(machine.value()) && placed.running()) {
                host.kill(placed.process().id());
            }
        }
        loop.after(config.machineLossNanos(), () -> {
            if (!m.up && m.losses == loss) {
                tell(l -> l.machineChanged(machine.value(), false));
            }
        });
    }

    /// It is back, empty.
    public void restore(NodeId machine, String why) {
        MachineEntry m = machines.get(machine.value());
        if (m == null || m.up) {
            return;
        }
        m.up = true;
        emit(m, why);
        for (Placed placed : List.copyOf(processes.values())) {
            if (placed.machine().equals(machine.value()) && !placed.running()) {
                tell(l -> l.exited(placed.process().id(), StopKind.KILLED, machine + " was away"));
            }
        }
        tell(l -> l.machineChanged(machine.value(), true));
    }

    /// From now on every process that is started there ends at once, or no longer.
    public void failStarts(NodeId machine, boolean fails) {
        MachineEntry m = machines.get(machine.value());
        if (m != null) {
            m.failsStarts = fails;
        }
    }

    private void tell(Consumer<Launcher.Listener> word) {
        if (subscriber != null) {
            subscriber.tell(word);
        }
    }

    private int used(String machine) {
        int used = 0;
        for (Placed placed : processes.values()) {
            used += placed.running() && placed.machine().equals(machine)
                    ? placed.process().gpus()
                    : 0;
        }
        return used;
    }

    private void run(ManagedProcess process, String machine) {
        processes.put(process.id(), new Placed(process, machine, true));
        host.start(process.id(), process.role());
        MachineEntry m = machines.get(machine);
        if (m != null && m.failsStarts) {
            host.fail(process.id(), "it cannot start on " + machine);
        }
    }

    // ---- orders

    /// The park as the orchestrator on that loop sees it.
    public Launcher launcherFor(NodeLoop caller) {
        return new OverLoops(caller);
    }

    private Inventory inventory() {
        List<MachineState> states = new ArrayList<>();
        machines.values().forEach(m -> states.add(new MachineState(m.machine, m.up)));
        return new Inventory(List.copyOf(states), List.copyOf(processes.values()));
    }

    private Launch launch(long orders, ManagedProcess process, String machine) {
        if (orders < epoch) {
            return new Launch.Superseded();
        }
        MachineEntry m = machines.get(machine);
        if (!machine.isEmpty() && (m == null || !m.up)) {
            return new Launch.Refused(machine + " does not answer");
        }
        Placed known = processes.get(process.id());
        if (known != null && known.running()) {
            return known.machine().equals(machine)
                    ? new Launch.Started()
                    : new Launch.Refused(process.id() + " runs on " + known.machine());
        }
        if (m != null && used(machine) + process.gpus() > m.machine.gpus()) {
            return new Launch.Refused(machine + " has no free GPU");
        }
        run(process, machine);
        return new Launch.Started();
    }

    /// What does not stop in its time is ended.
    private void killIfRetired(NodeId process) {
        if (retired.contains(process)) {
            host.kill(process);
        }
    }

    private final class OverLoops implements Launcher {
        private final NodeLoop caller;

        OverLoops(NodeLoop caller) {
            this.caller = caller;
        }

        @Override
        public void listen(Listener listener) {
            loop.post(() -> subscriber = new Subscriber(caller, listener));
        }

        @Override
        public void takeOver(long orders, Consumer<Inventory> then) {
            loop.post(() -> {
                epoch = Math.max(epoch, orders);
                Inventory now = inventory();
                caller.post(() -> then.accept(now));
            });
        }

        @Override
        public void launch(long orders, ManagedProcess process, String machine, Consumer<Launch> then) {
            loop.post(() -> loop.after(config.launchNanos(), () -> {
                Launch answer = MachinePark.this.launch(orders, process, machine);
                caller.post(() -> then.accept(answer));
            }));
        }

        @Override
        public void retire(long orders, NodeId process) {
            loop.post(() -> {
                Placed placed = processes.get(process);
                if (orders >= epoch && placed != null && retired.add(process)) {
                    if (placed.running()) {
                        host.stop(process);
                        loop.after(config.drainNanos(), () -> killIfRetired(process));
                    } else {
                        exited(process, StopKind.STOPPED, "it was down");
                    }
                }
            });
        }
    }
}
