package io.faultline.sim.cluster;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.net.NetworkPort;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.time.SimulatedLoop;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A node of the cluster as its operator sees a process: it runs, is frozen, or is down, and each life has nothing
/// left of the one before. Confined to the simulation's thread.
///
/// @param <N> the runtime's class for it
final class SimulatedNode<N extends Node> {
    private final NodeId id;
    private final NodeRole role;
    private final SimulatedNetwork network;
    private final Function<NodeId, SimulatedLoop> loops;
    private final EventSink events;
    private final Maker<N> maker;
    private final ExitListener exits;
    private @Nullable Life<N> life;
    private int lives;
    private boolean leaving;
    private Runnable whenLeft = () -> {};

    /// One life.
    record Life<N>(int number, SimulatedLoop loop, NetworkPort port, N node) {}

    /// Builds the node of one life.
    interface Maker<N> {
        N make(int life, SimulatedLoop loop, NetworkPort port);
    }

    /// Hears of every end.
    interface ExitListener {
        void exited(NodeId node, StopKind how, String detail);
    }

    /// @param loops a fresh loop for a life
    /// @param events the node's way into the stream
    SimulatedNode(
            NodeId id,
            NodeRole role,
            SimulatedNetwork network,
            Function<NodeId, SimulatedLoop> loops,
            EventSink events,
            Maker<N> maker,
            ExitListener exits) {
        this.id = id;
        this.role = role;
        this.network = network;
        this.loops = loops;
        this.events = events;
        this.maker = maker;
        this.exits = exits;
    }

    NodeId id() {
        return id;
    }

    NodeRole role() {
        return role;
    }

    /// The current life, if there is one.
    Optional<Life<N>> life() {
        return Optional.ofNullable(life);
    }

    ProcessState state() {
        if (life == null) {
            return ProcessState.DOWN;
        }
        return life.loop.isFrozen() ? ProcessState.FROZEN : ProcessState.RUNNING;
    }

    Life<N> start() {
        Invariants.check(life == null, "%s runs already", id);
        SimulatedLoop loop = loops.apply(id);
        NetworkPort port = network.attach(id, loop);
        Life<N> begun = new Life<>(++lives, loop, port, maker.make(lives, loop, port));
        life = begun;
        leaving = false;
        events.emit(new NodeEvent.NodeStarted(role));
        loop.post(() -> begun.node().start(exit -> {
            if (life != null && life.number() == begun.number()) {
                leave(begun, exit.how(), exit.reason());
            }
        }));
        return begun;
    }

    /// Ends it at once, as SIGKILL does.
    void kill() {
        Life<N> killed = life;
        whenLeft = () -> {};
        if (killed != null) {
            leave(killed, StopKind.KILLED, "its process was killed");
        }
    }

    /// Ends it as one that cannot go on.
    void fail(String why) {
        Life<N> failed = life;
        if (failed != null) {
            leave(failed, StopKind.FAILED, why);
        }
    }

    /// Ends it in order, as SIGTERM does; the second time at once.
    void stop() {
        Life<N> stopping = life;
        if (stopping != null) {
            leaving = true;
            stopping.loop.post(stopping.node::stop);
        }
    }

    /// True when it was told to stop and has not ended yet, perhaps because it stands still.
    boolean isLeaving() {
        return life != null && leaving;
    }

    /// Runs `next`, once, when the life that was told to stop has ended in order; a kill calls that off.
    void whenLeft(Runnable next) {
        whenLeft = next;
    }

    void freeze() {
        if (life != null) {
            life.loop.freeze();
        }
    }

    void thaw() {
        if (life != null) {
            life.loop.thaw();
        }
    }

    private void leave(Life<N> ended, StopKind how, String detail) {
        life = null;
        ended.loop.kill();
        network.detach(ended.port);
        events.emit(new NodeEvent.NodeStopped(how, detail));
        exits.exited(id, how, detail);
        Runnable next = whenLeft;
        whenLeft = () -> {};
        next.run();
    }
}
