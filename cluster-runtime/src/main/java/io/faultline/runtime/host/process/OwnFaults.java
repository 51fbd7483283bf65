package io.faultline.runtime.host.process;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.fault.NodeControl;
import io.faultline.runtime.fault.NodeFaultInjector;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The faults that a worker's process can carry out on itself: those of its engine. What ends or holds a process is
/// left to signals, because it could neither be recorded nor reverted from inside. A disturbance always ends by itself.
/// Confined to the operator's loop of the process.
final class OwnFaults implements FaultInjector {
    /// Of a disturbance whose order does not say how long.
    static final Duration DURATION_STANDARD = Duration.ofSeconds(60);

    static final Duration DURATION_MAX = Duration.ofHours(1);

    private final NodeFaultInjector injector;

    /// @param operator the loop that it is confined to
    /// @param engine told what becomes of the worker's engine, on that loop
    OwnFaults(NodeId node, NodeLoop operator, Consumer<EngineCondition> engine, EventSink events) {
        this.injector = new NodeFaultInjector(operator, new OwnProcess(node, engine), events);
    }

    @Override
    public Result inject(Fault fault, @Nullable Duration duration, String by) {
        return switch (fault) {
            case Fault.EngineFreeze _, Fault.WorkerSlow _ -> {
                Duration bounded = duration == null ? DURATION_STANDARD : duration;
                yield bounded.compareTo(DURATION_MAX) > 0
                        ? new Result.Refused("a fault lasts " + DURATION_MAX.toSeconds() + " s at most")
                        : injector.inject(fault, bounded, by);
            }
            case Fault.EngineCrash _ ->
                duration == null
                        ? injector.inject(fault, null, by)
                        : new Result.Refused("engine-crash ends the process for good; leave the duration out");
            case Fault.WorkerKill _ -> elsewhere(fault, "send it SIGKILL");
            case Fault.WorkerFreeze _ -> elsewhere(fault, "send it SIGSTOP, and SIGCONT later");
            case Fault.OnProcess _ -> elsewhere(fault, "it is not about its engine");
            case Fault.OnPlatform _ -> elsewhere(fault, "it acts on machines and planners");
        };
    }

    private static Result elsewhere(Fault fault, String instead) {
        return new Result.Refused(fault.kind() + " is not for a process to do to itself: " + instead);
    }

    @Override
    public Result recover(String faultId, String by) {
        return active().stream().anyMatch(a -> a.id().equals(faultId) && a.fault() instanceof Fault.EngineCrash)
                ? new Result.Refused("a dead engine does not come back; its process ends and may be started again")
                : injector.recover(faultId, by);
    }

    @Override
    public void recoverAll(String by) {
        active().forEach(a -> recover(a.id(), by));
    }

    @Override
    public List<ActiveFault> active() {
        return injector.active();
    }

    /// @param node this process's
    private record OwnProcess(NodeId node, Consumer<EngineCondition> engine) implements NodeControl {
        @Override
        public ProcessState state(NodeId asked) {
            return asked.equals(node) ? ProcessState.RUNNING : ProcessState.UNKNOWN;
        }

        @Override
        public void disturbEngine(NodeId asked, EngineCondition condition) {
            engine.accept(condition);
        }

        @Override
        public void kill(NodeId asked) {
            throw unasked();
        }

        @Override
        public void start(NodeId asked) {
            throw unasked();
        }

        @Override
        public void freeze(NodeId asked) {
            throw unasked();
        }

        @Override
        public void thaw(NodeId asked) {
            throw unasked();
        }

        /// [OwnFaults] lets no such order through.
        private static IllegalStateException unasked() {
            return new IllegalStateException("a process does not do that to itself");
        }
    }
}
