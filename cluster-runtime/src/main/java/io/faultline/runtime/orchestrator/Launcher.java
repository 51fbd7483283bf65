package io.faultline.runtime.orchestrator;

import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Machine;
import io.faultline.runtime.seam.NodeId;
import java.util.List;
import java.util.function.Consumer;

/// The orchestrator's hands: starts and stops processes on machines, and tells what became of them. Orders carry the
/// epoch of the orchestrator that gives them; those of a lower epoch than the highest seen do nothing, so that an
/// orchestrator that stood still cannot act on what it remembers. Called, and answers, on the orchestrator's loop.
public interface Launcher {
    /// Who hears of ends, from now on; one at a time.
    void listen(Listener listener);

    /// What there is. From now on orders below `epoch` do nothing.
    void takeOver(long epoch, Consumer<Inventory> then);

    /// Starts a process, or answers why not.
    void launch(long epoch, ManagedProcess process, String machine, Consumer<Launch> then);

    /// Stops a process in order and forgets it.
    void retire(long epoch, NodeId process);

    /// @param gpus slots that it takes; 0 = it runs on no machine
    record ManagedProcess(NodeId id, NodeRole role, int gpus) {}

    record MachineState(Machine machine, boolean up) {}

    /// @param machine empty when it takes no slot
    record Placed(ManagedProcess process, String machine, boolean running) {}

    record Inventory(List<MachineState> machines, List<Placed> processes) {}

    sealed interface Launch {
        record Started() implements Launch {}

        record Refused(String why) implements Launch {}

        /// Another orchestrator gives the orders now.
        record Superseded() implements Launch {}
    }

    interface Listener {
        /// A process ended that was not told to.
        void exited(NodeId process, StopKind how, String detail);

        /// A process runs that was started by somebody else.
        void started(Placed process);

        /// A machine was lost, with all that ran on it, or is back.
        void machineChanged(String machine, boolean up);
    }
}
