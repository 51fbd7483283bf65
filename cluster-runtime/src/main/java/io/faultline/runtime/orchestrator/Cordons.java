package io.faultline.runtime.orchestrator;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.ScalingEvent;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Cordon;
import io.faultline.runtime.seam.NodeLoop;
import java.util.Map;
import java.util.TreeMap;

/// Which machines are left alone: those that a person cordoned, and those on which processes kept failing to start,
/// for a while. Confined to the loop.
final class Cordons {
    private static final String SELF = "orchestrator";

    private final NodeLoop loop;
    private final Cordon config;
    private final EventSink events;
    private final Runnable lifted;
    private final Map<String, Integer> failures = new TreeMap<>();
    private final Map<String, NodeLoop.Timer> automatic = new TreeMap<>();
    private final Map<String, String> manual = new TreeMap<>();

    /// @param lifted runs when a machine may be used again
    Cordons(NodeLoop loop, Cordon config, EventSink events, Runnable lifted) {
        this.loop = loop;
        this.config = config;
        this.events = events;
        this.lifted = lifted;
    }

    boolean has(String machine) {
        return manual.containsKey(machine) || automatic.containsKey(machine);
    }

    /// A process could not be started there. True when the machine is left alone from now on because of that.
    boolean startFailed(String machine, int machines, String why) {
        int inARow = failures.merge(machine, 1, Integer::sum);
        boolean mayCordon = automatic.size() + 1 <= config.shareMax() * machines;
        if (inARow < config.failures() || has(machine) || !mayCordon) {
            return false;
        }
        automatic.put(machine, loop.after(config.forNanos(), () -> lift(machine, SELF)));
        events.emit(new ScalingEvent.MachineCordoned(
                machine, SELF, inARow + " starts failed in a row, the last: " + why, config.forNanos()));
        return true;
    }

    /// A process that was started there runs.
    void startHeld(String machine) {
        failures.remove(machine);
    }

    /// A person's cordons are these now.
    void manual(Map<String, String> byMachine) {
        for (String machine : manual.keySet().toArray(String[]::new)) {
            if (!byMachine.containsKey(machine)) {
                String by = manual.getOrDefault(machine, "");
                manual.remove(machine);
                // Whoever lifts a cordon means the machine, not its reason.
                cancel(machine);
                events.emit(new ScalingEvent.MachineUncordoned(machine, by));
                lifted.run();
            }
        }
        byMachine.forEach((machine, by) -> {
            if (manual.put(machine, by) == null) {
                // It takes the place of the orchestrator's own, which would end by itself.
                cancel(machine);
                events.emit(new ScalingEvent.MachineCordoned(machine, by, "cordoned by hand", 0));
            }
        });
    }

    /// Ends the orchestrator's own cordon of a machine.
    void lift(String machine, String by) {
        if (cancel(machine)) {
            events.emit(new ScalingEvent.MachineUncordoned(machine, by));
            lifted.run();
        }
    }

    private boolean cancel(String machine) {
        failures.remove(machine);
        NodeLoop.Timer timer = automatic.remove(machine);
        if (timer != null) {
            timer.cancel();
        }
        return timer != null;
    }
}
