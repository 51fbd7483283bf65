package io.faultline.sim.scenario;

import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.net.LinkFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A kind of thing that goes wrong in [MixedSurvival]. To add one to the swarm, add it to [#ALL]: seeds draw
/// how often each
/// kind strikes, by its name, and the campaign fails when one never did. Immutable.
///
/// @param kind its name in draws, events and reports
/// @param strike makes it happen once; what it began ends through [Arena#lasting] or by itself
record SwarmFault(String kind, Strike strike) {
    private static final long MILLI = 1_000_000L;

    /// Longer than a heartbeat, shorter than the silence after which a peer is given up.
    private static final long BLINK_MAX_NANOS = 200 * MILLI;

    /// From one death to the next, when what took over is to die too.
    private static final long PURSUIT_MAX_NANOS = 400 * MILLI;

    private static final long SLOW_LINK_MAX_NANOS = 150 * MILLI;
    private static final double LOSSES_MAX = 0.3;

    private static final double SLOWNESS_MIN = 2;
    private static final double SLOWNESS_MAX = 60;

    interface Strike {
        void in(Arena arena);
    }

    static final List<SwarmFault> ALL = List.of(
            new SwarmFault("worker-kill", arena -> kill(arena, List.of(arena.worker()))),
            new SwarmFault("worker-pursuit", SwarmFault::pursue),
            new SwarmFault(
                    "all-workers-kill", arena -> kill(arena, arena.cluster().workers())),
            new SwarmFault("worker-restart", SwarmFault::restart),
            new SwarmFault("worker-freeze", arena -> freeze(arena, arena.worker(), arena.outageNanos())),
            new SwarmFault("worker-blink", arena -> freeze(arena, arena.worker(), arena.upTo(BLINK_MAX_NANOS))),
            new SwarmFault("engine-crash", arena -> inject(arena, Fault.EngineCrash::new)),
            new SwarmFault(
                    "engine-freeze",
                    arena -> inject(
                            arena,
                            worker -> new Fault.EngineFreeze(
                                    worker, arena.moments().nextInt(4)))),
            new SwarmFault(
                    "worker-slow",
                    arena -> inject(
                            arena,
                            worker -> new Fault.WorkerSlow(
                                    worker,
                                    SLOWNESS_MIN
                                            + (SLOWNESS_MAX - SLOWNESS_MIN)
                                                    * arena.moments().nextDouble()))),
            new SwarmFault("frontend-kill", arena -> kill(arena, List.of(arena.frontend()))),
            new SwarmFault("frontend-freeze", arena -> freeze(arena, arena.frontend(), arena.outageNanos())),
            new SwarmFault("store-kill", arena -> kill(arena, List.of(arena.store()))),
            new SwarmFault("store-freeze", arena -> freeze(arena, arena.store(), arena.outageNanos())),
            new SwarmFault("partition", arena -> cut(arena, false)),
            new SwarmFault("partition-one-way", arena -> cut(arena, true)),
            new SwarmFault("worker-deaf", arena -> isolate(arena, true)),
            new SwarmFault("worker-mute", arena -> isolate(arena, false)),
            new SwarmFault("link-slow", SwarmFault::slowLink),
            new SwarmFault("cancel-storm", SwarmFault::leave),
            new SwarmFault("overload-burst", SwarmFault::burst));

    private static void kill(Arena arena, List<NodeId> nodes) {
        nodes.forEach(arena.cluster()::kill);
        arena.lasting(nodes.toString(), arena.outageNanos(), () -> nodes.forEach(arena.cluster()::bringBack));
    }

    /// Workers die one after the other, so that replacements do.
    private static void pursue(Arena arena) {
        List<NodeId> left = new ArrayList<>(arena.cluster().workers());
        int victims = 2 + arena.moments().nextInt(left.size() - 1);
        long at = 0;
        List<NodeId> dead = new ArrayList<>();
        for (int i = 0; i < victims; i++) {
            NodeId victim = left.remove(arena.moments().nextInt(left.size()));
            dead.add(victim);
            arena.cluster().operator().after(at, () -> arena.cluster().kill(victim));
            at += arena.upTo(PURSUIT_MAX_NANOS);
        }
        arena.lasting(dead.toString(), at + arena.outageNanos(), () -> dead.forEach(arena.cluster()::bringBack));
    }

    /// Ended in order, and started again some time later.
    private static void restart(Arena arena) {
        NodeId worker = arena.worker();
        arena.cluster().stop(worker);
        arena.lasting(
                worker.toString(), arena.outageNanos(), () -> arena.cluster().bringBack(worker));
    }

    private static void inject(Arena arena, Function<NodeId, Fault> fault) {
        NodeId worker = arena.worker();
        arena.cluster().faults().inject(fault.apply(worker), Duration.ofNanos(arena.outageNanos()), MixedSurvival.NAME);
    }

    private static void freeze(Arena arena, NodeId node, long nanos) {
        arena.cluster().freeze(node);
        arena.lasting(node.toString(), nanos, () -> arena.cluster().thaw(node));
    }

    /// Every node is on one side, on the other, or on none.
    private static void cut(Arena arena, boolean isOneWay) {
        List<NodeId> some = new ArrayList<>();
        List<NodeId> others = new ArrayList<>();
        for (NodeId node : arena.cluster().nodes()) {
            switch (arena.moments().nextInt(3)) {
                case 0 -> some.add(node);
                case 1 -> others.add(node);
                default -> {
                    // Reaches both sides.
                }
            }
        }
        var cut = isOneWay
                ? arena.cluster().partitionOneWay(some, others)
                : arena.cluster().partition(some, others);
        arena.lasting(some + (isOneWay ? " > " : " | ") + others, arena.outageNanos(), cut::heal);
    }

    /// A worker hears no frontend, or none hears it.
    private static void isolate(Arena arena, boolean isDeaf) {
        List<NodeId> worker = List.of(arena.worker());
        List<NodeId> frontends = arena.cluster().frontends();
        var cut = isDeaf
                ? arena.cluster().partitionOneWay(frontends, worker)
                : arena.cluster().partitionOneWay(worker, frontends);
        arena.lasting(worker.toString(), arena.outageNanos(), cut::heal);
    }

    private static void slowLink(Arena arena) {
        NodeId worker = arena.worker();
        NodeId frontend = arena.frontend();
        LinkFault fault = new LinkFault(
                arena.upTo(SLOW_LINK_MAX_NANOS), LOSSES_MAX * arena.moments().nextDouble());
        var slow = arena.moments().nextBoolean(0.5)
                ? arena.cluster().disturb(frontend, worker, fault)
                : arena.cluster().disturb(worker, frontend, fault);
        arena.lasting(worker + " - " + frontend, arena.outageNanos(), slow::heal);
    }

    private static void leave(Arena arena) {
        arena.cluster().leave(arena.moments().nextDouble());
        arena.struck("clients");
    }

    private static void burst(Arena arena) {
        arena.cluster().load().start(arena.story().burst());
        arena.struck("clients");
    }
}
