package io.faultline.runtime.fault;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Faults on nodes, for any world that offers a [NodeControl]: checks that the fault makes sense now, carries it
/// out, records it, reverts it when its time is over or when told to, once. Confined to the operator's loop.
public final class NodeFaultInjector implements FaultInjector {
    private final NodeLoop loop;
    private final NodeControl nodes;
    private final PlatformControl platform;
    private final EventSink events;
    private final Map<String, Active> active = new LinkedHashMap<>();
    private int injected;

    /// For a world without machines.
    public NodeFaultInjector(NodeLoop loop, NodeControl nodes, EventSink events) {
        this(loop, nodes, PlatformControl.NONE, events);
    }

    public NodeFaultInjector(NodeLoop loop, NodeControl nodes, PlatformControl platform, EventSink events) {
        this.loop = loop;
        this.nodes = nodes;
        this.platform = platform;
        this.events = events;
    }

    private record Active(ActiveFault fault, NodeLoop.Timer expiry) {
        boolean actsOn(NodeId node) {
            return fault.fault().target().equals(node);
        }
    }

    @Override
    public Result inject(Fault fault, @Nullable Duration duration, String by) {
        return switch (fault) {
            case Fault.OnProcess onProcess -> inject(onProcess, duration, by);
            case Fault.OnPlatform onPlatform -> inject(onPlatform, duration, by);
        };
    }

    private Result inject(Fault.OnPlatform fault, @Nullable Duration duration, String by) {
        NodeId target = fault.target();
        return switch (fault) {
            case Fault.MachineLoss _ ->
                platform.isUp(target)
                        ? begin(fault, duration, by, () -> platform.lose(target, "lost: injected by " + by))
                        : new Result.Refused("there is no machine named '" + target + "' that is up");
            case Fault.StartFailure _ ->
                platform.hasMachine(target) && !isActive(fault)
                        ? begin(fault, duration, by, () -> platform.failStarts(target, true))
                        : new Result.Refused(
                                "there is no machine named '" + target + "', or starts fail there already");
            case Fault.PlannerOverScale over -> {
                if (!(over.share() > 0 && over.share() < 1)) {
                    yield new Result.Refused("a share above 0 and below 1 is taken away, not " + over.share());
                }
                if (nodes.state(target) != ProcessState.RUNNING || !platform.overScale(target, over.share(), by)) {
                    yield new Result.Refused(target + " is not a planner that runs");
                }
                yield begin(fault, duration, by, () -> {});
            }
        };
    }

    private boolean isActive(Fault fault) {
        return active.values().stream().anyMatch(a -> a.fault.fault().equals(fault));
    }

    private Result inject(Fault.OnProcess fault, @Nullable Duration duration, String by) {
        ProcessState state = nodes.state(fault.target());
        if (state == ProcessState.UNKNOWN) {
            return new Result.Refused("there is no node named '" + fault.target() + "' that faults may act on");
        }
        return switch (fault) {
            case Fault.WorkerKill kill ->
                state == ProcessState.DOWN
                        ? new Result.Refused(kill.target() + " is down already; start it first")
                        : begin(kill, duration, by, () -> nodes.kill(kill.target()));
            case Fault.WorkerFreeze freeze ->
                state == ProcessState.RUNNING
                        ? begin(freeze, duration, by, () -> nodes.freeze(freeze.target()))
                        : new Result.Refused(freeze.target() + " does not run; only a running worker can be frozen");
            case Fault.EngineCrash crash ->
                disturb(crash, new EngineCondition.Crashed("injected by " + by), duration, by);
            case Fault.EngineFreeze freeze ->
                freeze.afterTokens() < 0
                        ? new Result.Refused("an engine freezes after 0 tokens or more, not " + freeze.afterTokens())
                        : disturb(freeze, new EngineCondition.Frozen(freeze.afterTokens()), duration, by);
            case Fault.WorkerSlow slow ->
                slow.factor() >= 1 && slow.factor() <= EngineCondition.FACTOR_MAX
                        ? disturb(slow, new EngineCondition.Slowed(slow.factor()), duration, by)
                        : new Result.Refused("a worker is slowed 1 to " + (int) EngineCondition.FACTOR_MAX
                                + " times, not " + slow.factor());
            case Fault.HandOverCut cut -> cut(cut, duration, by);
            case Fault.WorkerStart start ->
                state == ProcessState.DOWN
                        ? repair(start.target(), by)
                        : new Result.Refused(start.target() + " is up already");
        };
    }

    private Result cut(Fault.HandOverCut cut, @Nullable Duration duration, String by) {
        NodeId node = cut.target();
        if (!nodes.canCutHandOvers(node)) {
            return new Result.Refused(node + " is no prefill worker, or this world's network cannot be cut");
        }
        if (active.values().stream().anyMatch(a -> a.actsOn(node) && a.fault.fault() instanceof Fault.HandOverCut)) {
            return new Result.Refused(node + " is cut off already");
        }
        return begin(cut, duration, by, () -> nodes.cutHandOvers(node));
    }

    private Result disturb(Fault fault, EngineCondition condition, @Nullable Duration duration, String by) {
        NodeId node = fault.target();
        if (!nodes.hasEngine(node)) {
            return new Result.Refused(node + " has no engine");
        }
        if (nodes.state(node) != ProcessState.RUNNING) {
            return new Result.Refused(node + " does not run; only a running worker's engine can be disturbed");
        }
        for (Active a : active.values()) {
            if (a.actsOn(node) && isAboutTheEngine(a.fault.fault())) {
                return new Result.Refused(
                        "the engine of " + node + " is disturbed by " + a.fault.id() + " already; recover that first");
            }
        }
        return begin(fault, duration, by, () -> nodes.disturbEngine(node, condition));
    }

    private static boolean isAboutTheEngine(Fault fault) {
        return switch (fault) {
            case Fault.EngineCrash _, Fault.EngineFreeze _, Fault.WorkerSlow _ -> true;
            case Fault.WorkerKill _,
                    Fault.WorkerFreeze _,
                    Fault.WorkerStart _,
                    Fault.HandOverCut _,
                    Fault.OnPlatform _ -> false;
        };
    }

    private Result begin(Fault fault, @Nullable Duration duration, String by, Runnable action) {
        // A fault ends with the process that it stood on.
        if (fault instanceof Fault.WorkerKill) {
            closeAll(fault.target(), "ended by " + fault.kind());
        }
        String id = fault.kind() + '-' + ++injected;
        NodeLoop.Timer expiry =
                duration == null ? () -> {} : loop.after(duration.toNanos(), () -> recover(id, "its duration"));
        active.put(id, new Active(new ActiveFault(id, fault, loop.now(), by), expiry));
        events.emit(
                new FaultEvent.FaultInjected(id, fault.kind(), fault.target().value(), by));
        action.run();
        return new Result.Done(id);
    }

    private Result repair(NodeId node, String by) {
        for (Active a : List.copyOf(active.values())) {
            boolean endsTheProcess =
                    a.fault.fault() instanceof Fault.WorkerKill || a.fault.fault() instanceof Fault.EngineCrash;
            if (endsTheProcess && a.actsOn(node)) {
                return recover(a.fault.id(), by);
            }
        }
        // What stood on the process that is gone cannot stand on the next.
        closeAll(node, "ended with the process");
        nodes.start(node);
        return new Result.Done("");
    }

    @Override
    public Result recover(String faultId, String by) {
        Active a = active.remove(faultId);
        if (a == null) {
            return new Result.Refused("no active fault has the id '" + faultId + "'; it may have ended already");
        }
        a.expiry.cancel();
        Fault fault = a.fault.fault();
        NodeId node = fault.target();
        switch (fault) {
            case Fault.WorkerKill _ -> {
                if (nodes.state(node) == ProcessState.DOWN) {
                    nodes.start(node);
                }
            }
            case Fault.WorkerFreeze _ -> {
                if (nodes.state(node) == ProcessState.FROZEN) {
                    nodes.thaw(node);
                }
            }
            case Fault.EngineCrash _ -> {
                if (nodes.state(node) != ProcessState.UNKNOWN) {
                    // The process may not have noticed yet, or be about to end; either way it is of no use any more.
                    nodes.kill(node);
                    nodes.start(node);
                }
            }
            case Fault.EngineFreeze _, Fault.WorkerSlow _ -> {
                switch (nodes.state(node)) {
                    case RUNNING, FROZEN -> nodes.disturbEngine(node, new EngineCondition.Sound());
                    case DOWN, UNKNOWN -> {
                        // The process is gone, for good where an orchestrator took it away.
                    }
                }
            }
            case Fault.HandOverCut _ -> nodes.joinHandOvers(node);
            case Fault.WorkerStart _ -> {
                // Never active: starting a node is a repair.
            }
            case Fault.MachineLoss _ -> platform.restore(node, "recovered by " + by);
            case Fault.StartFailure _ -> platform.failStarts(node, false);
            case Fault.PlannerOverScale _ -> platform.endOverScale(node, by);
        }
        events.emit(new FaultEvent.FaultRecovered(faultId, fault.kind(), node.value(), "recovered by " + by));
        return new Result.Done(faultId);
    }

    @Override
    public void recoverAll(String by) {
        for (String id : List.copyOf(active.keySet())) {
            recover(id, by);
        }
    }

    @Override
    public List<ActiveFault> active() {
        return active.values().stream().map(Active::fault).toList();
    }

    private void closeAll(NodeId node, String how) {
        for (Active a : List.copyOf(active.values())) {
            // A cut is the network's; it outlives processes.
            if (a.actsOn(node) && !(a.fault.fault() instanceof Fault.HandOverCut)) {
                active.remove(a.fault.id());
                a.expiry.cancel();
                events.emit(new FaultEvent.FaultRecovered(
                        a.fault.id(), a.fault.fault().kind(), node.value(), how));
            }
        }
    }
}
