package io.faultline.sim.scenario;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.seam.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// What kinds of [SwarmFault] have in common. On the operator's loop.
final class Strikes {
    private Strikes() {}

    static void kill(Arena arena, NodeRole role) {
        arena.any(role).ifPresent(node -> kill(arena, List.of(node)));
    }

    static void killAll(Arena arena, NodeRole role) {
        List<NodeId> all = arena.cluster().nodes(role);
        if (!all.isEmpty()) {
            kill(arena, all);
        }
    }

    private static void kill(Arena arena, List<NodeId> nodes) {
        nodes.forEach(arena.cluster().control()::kill);
        arena.lasting(nodes.toString(), arena.outageNanos(), () -> bringBack(arena, nodes));
    }

    static void bringBack(Arena arena, List<NodeId> nodes) {
        nodes.forEach(node -> arena.ifThere(node, arena.cluster().control()::bringBack));
    }

    static void freeze(Arena arena, NodeRole role, long nanos) {
        arena.any(role).ifPresent(node -> {
            arena.cluster().control().freeze(node);
            arena.lasting(
                    node.toString(),
                    nanos,
                    () -> arena.ifThere(node, arena.cluster().control()::thaw));
        });
    }

    /// A fault of the vocabulary that users have; it tells of itself, and may be refused.
    static void inject(Arena arena, NodeRole role, Function<NodeId, Fault> fault) {
        arena.any(role).ifPresent(node -> inject(arena, fault.apply(node)));
    }

    static void inject(Arena arena, Fault fault) {
        arena.cluster().faults().inject(fault, Duration.ofNanos(arena.outageNanos()), arena.scenario());
    }

    static void cut(Arena arena, List<NodeId> some, List<NodeId> others, boolean isOneWay) {
        var cut = isOneWay
                ? arena.cluster().control().partitionOneWay(some, others)
                : arena.cluster().control().partition(some, others);
        arena.lasting(some + (isOneWay ? " > " : " | ") + others, arena.outageNanos(), cut::heal);
    }
}
