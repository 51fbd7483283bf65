package io.faultline.sim.scenario;

import static io.faultline.sim.scenario.SwarmFault.hard;
import static io.faultline.sim.scenario.SwarmFault.survivable;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.seam.NodeId;
import java.util.List;
import java.util.function.Function;

/// What goes wrong around frontends and decode workers: routers, prefill workers and their queue, machines,
/// orchestrator
/// and planner.
final class GraphFaults {
    private static final double SLOWNESS_MIN = 2;
    private static final double SLOWNESS_MAX = 30;
    private static final double SHARE_MIN = 0.1;
    private static final double SHARE_MAX = 0.8;

    /// Routers, prefill workers and their queue.
    static final List<SwarmFault> SERVING = List.of(
            survivable("router-kill", arena -> Strikes.kill(arena, NodeRole.ROUTER)),
            survivable("all-routers-kill", arena -> Strikes.killAll(arena, NodeRole.ROUTER)),
            survivable("router-freeze", arena -> Strikes.freeze(arena, NodeRole.ROUTER, arena.outageNanos())),
            survivable("router-cut", arena -> cutOff(arena, NodeRole.ROUTER, NodeRole.FRONTEND)),
            survivable("router-events-cut", arena -> cutOff(arena, NodeRole.ROUTER, NodeRole.DECODE)),
            survivable("prefill-kill", arena -> Strikes.kill(arena, NodeRole.PREFILL)),
            survivable("all-prefill-kill", arena -> Strikes.killAll(arena, NodeRole.PREFILL)),
            survivable("prefill-freeze", arena -> Strikes.freeze(arena, NodeRole.PREFILL, arena.outageNanos())),
            survivable(
                    "prefill-slow",
                    arena -> Strikes.inject(
                            arena,
                            NodeRole.PREFILL,
                            worker -> new Fault.WorkerSlow(
                                    worker,
                                    SLOWNESS_MIN
                                            + (SLOWNESS_MAX - SLOWNESS_MIN)
                                                    * arena.moments().nextDouble()))),
            survivable(
                    "prefill-engine-freeze",
                    arena -> Strikes.inject(arena, NodeRole.PREFILL, worker -> new Fault.EngineFreeze(worker, 0))),
            survivable("handover-cut", arena -> Strikes.inject(arena, NodeRole.PREFILL, Fault.HandOverCut::new)),
            survivable("queue-kill", arena -> Strikes.kill(arena, NodeRole.QUEUE)),
            survivable("queue-cut", arena -> cutOff(arena, NodeRole.QUEUE, NodeRole.DECODE)));

    /// Machines, and who decides what runs on them.
    static final List<SwarmFault> PLATFORM = List.of(
            hard("machine-loss", arena -> onMachine(arena, Fault.MachineLoss::new)),
            survivable("start-failure", arena -> onMachine(arena, Fault.StartFailure::new)),
            survivable("orchestrator-kill", arena -> Strikes.kill(arena, NodeRole.ORCHESTRATOR)),
            survivable("planner-kill", arena -> Strikes.kill(arena, NodeRole.PLANNER)),
            survivable(
                    "planner-over-scale",
                    arena -> Strikes.inject(
                            arena,
                            NodeRole.PLANNER,
                            planner -> new Fault.PlannerOverScale(
                                    planner,
                                    SHARE_MIN
                                            + (SHARE_MAX - SHARE_MIN)
                                                    * arena.moments().nextDouble()))));

    private GraphFaults() {}

    /// One of a role cannot be reached by some of another, nor they by it.
    private static void cutOff(Arena arena, NodeRole one, NodeRole from) {
        arena.any(one).ifPresent(node -> {
            List<NodeId> others = arena.cluster().nodes(from).stream()
                    .filter(_ -> arena.moments().nextBoolean(0.6))
                    .toList();
            Strikes.cut(arena, List.of(node), others, false);
        });
    }

    /// Something happens to a machine, where there are any.
    private static void onMachine(Arena arena, Function<NodeId, Fault> fault) {
        List<OrchestrationConfig.Machine> machines =
                arena.cluster().config().cluster().orchestration().machines();
        if (!machines.isEmpty()) {
            NodeId machine = new NodeId(
                    machines.get(arena.moments().nextInt(machines.size())).name());
            Strikes.inject(arena, fault.apply(machine));
        }
    }
}
