package io.faultline.sim.scenario;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.net.LinkFault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A kind of thing that goes wrong in [MixedSurvival] and [MixedFaults]. To add one to the swarm, add it here or to
/// [GraphFaults]: seeds draw how often each kind strikes, by its name, and the campaign fails when one never did. A
/// strike that finds no target does nothing. Immutable.
///
/// @param kind its name in draws, events and reports
/// @param strike makes it happen once; what it began ends through [Arena#lasting] or by itself
/// @param isSurvivable whether a cluster with some workers left fails no request because of it
record SwarmFault(String kind, Strike strike, boolean isSurvivable) {
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

    /// Frontends, decode workers, their store and what lies between them.
    static final List<SwarmFault> WORKERS = List.of(
            survivable("worker-kill", arena -> Strikes.kill(arena, NodeRole.DECODE)),
            hard("worker-pursuit", SwarmFault::pursue),
            hard("all-workers-kill", arena -> Strikes.killAll(arena, NodeRole.DECODE)),
            survivable("worker-restart", SwarmFault::restart),
            survivable("worker-freeze", arena -> Strikes.freeze(arena, NodeRole.DECODE, arena.outageNanos())),
            survivable("worker-blink", arena -> Strikes.freeze(arena, NodeRole.DECODE, arena.upTo(BLINK_MAX_NANOS))),
            survivable("engine-crash", arena -> Strikes.inject(arena, NodeRole.DECODE, Fault.EngineCrash::new)),
            survivable(
                    "engine-freeze",
                    arena -> Strikes.inject(
                            arena,
                            NodeRole.DECODE,
                            worker -> new Fault.EngineFreeze(
                                    worker, arena.moments().nextInt(4)))),
            survivable(
                    "worker-slow",
                    arena -> Strikes.inject(
                            arena,
                            NodeRole.DECODE,
                            worker -> new Fault.WorkerSlow(
                                    worker,
                                    SLOWNESS_MIN
                                            + (SLOWNESS_MAX - SLOWNESS_MIN)
                                                    * arena.moments().nextDouble()))),
            hard("frontend-kill", arena -> Strikes.kill(arena, NodeRole.FRONTEND)),
            hard("frontend-freeze", arena -> Strikes.freeze(arena, NodeRole.FRONTEND, arena.outageNanos())),
            survivable("store-kill", arena -> Strikes.kill(arena, NodeRole.STORE)),
            survivable("store-freeze", arena -> Strikes.freeze(arena, NodeRole.STORE, arena.outageNanos())),
            hard("partition", arena -> cut(arena, false)),
            hard("partition-one-way", arena -> cut(arena, true)),
            survivable("worker-deaf", arena -> isolate(arena, true)),
            survivable("worker-mute", arena -> isolate(arena, false)),
            survivable("link-slow", SwarmFault::slowLink),
            hard("cancel-storm", SwarmFault::leave),
            hard("overload-burst", SwarmFault::burst));

    static final List<SwarmFault> ALL = Stream.of(WORKERS, GraphFaults.SERVING, GraphFaults.PLATFORM)
            .flatMap(List::stream)
            .toList();

    static SwarmFault survivable(String kind, Strike strike) {
        return new SwarmFault(kind, strike, true);
    }

    /// One that may fail requests, or make clients give up.
    static SwarmFault hard(String kind, Strike strike) {
        return new SwarmFault(kind, strike, false);
    }

    /// Workers die one after the other, so that replacements do.
    private static void pursue(Arena arena) {
        List<NodeId> left = new ArrayList<>(arena.cluster().workers());
        if (left.size() < 2) {
            return;
        }
        int victims = 2 + arena.moments().nextInt(left.size() - 1);
        long at = 0;
        List<NodeId> dead = new ArrayList<>();
        for (int i = 0; i < victims; i++) {
            NodeId victim = left.remove(arena.moments().nextInt(left.size()));
            dead.add(victim);
            arena.cluster()
                    .operator()
                    .after(at, () -> arena.ifThere(victim, arena.cluster().control()::kill));
            at += arena.upTo(PURSUIT_MAX_NANOS);
        }
        arena.lasting(dead.toString(), at + arena.outageNanos(), () -> Strikes.bringBack(arena, dead));
    }

    /// Ended in order, and started again some time later.
    private static void restart(Arena arena) {
        arena.worker().ifPresent(worker -> {
            arena.cluster().control().stop(worker);
            arena.lasting(worker.toString(), arena.outageNanos(), () -> Strikes.bringBack(arena, List.of(worker)));
        });
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
        Strikes.cut(arena, some, others, isOneWay);
    }

    /// A worker hears no frontend, or none hears it.
    private static void isolate(Arena arena, boolean isDeaf) {
        arena.worker().ifPresent(worker -> {
            List<NodeId> alone = List.of(worker);
            List<NodeId> frontends = arena.cluster().frontends();
            Strikes.cut(arena, isDeaf ? frontends : alone, isDeaf ? alone : frontends, true);
        });
    }

    private static void slowLink(Arena arena) {
        arena.worker()
                .ifPresent(worker -> arena.frontend().ifPresent(frontend -> {
                    LinkFault fault = new LinkFault(
                            arena.upTo(SLOW_LINK_MAX_NANOS),
                            LOSSES_MAX * arena.moments().nextDouble());
                    var slow = arena.moments().nextBoolean(0.5)
                            ? arena.cluster().control().disturb(frontend, worker, fault)
                            : arena.cluster().control().disturb(worker, frontend, fault);
                    arena.lasting(worker + " - " + frontend, arena.outageNanos(), slow::heal);
                }));
    }

    private static void leave(Arena arena) {
        arena.cluster().leave(arena.moments().nextDouble());
        arena.struck("clients");
    }

    private static void burst(Arena arena) {
        arena.cluster().load().start(arena.force().burst());
        arena.struck("clients");
    }
}
