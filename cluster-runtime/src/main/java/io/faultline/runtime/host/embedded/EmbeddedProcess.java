package io.faultline.runtime.host.embedded;

import io.faultline.runtime.discovery.StoreClient;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.host.EventHub;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.HostedService;
import io.faultline.runtime.host.InProcessNetwork;
import io.faultline.runtime.host.InProcessNetwork.NodeTransport;
import io.faultline.runtime.host.queue.EmbeddedQueue;
import io.faultline.runtime.host.store.EmbeddedStore;
import io.faultline.runtime.queue.QueueClient;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One node of the embedded cluster as its operator sees a process: it runs, is frozen, or is down, and each start
/// is a new run with nothing left of the last. Confined to the operator's loop.
final class EmbeddedProcess<N extends Node> {
    private final NodeId id;
    private final NodeRole role;
    private final Surroundings surroundings;
    private final Blueprint<N> blueprint;
    private final ExitListener exits;
    private final EventSink operatorEvents;
    private final List<Runnable> whenDown = new ArrayList<>();
    private @Nullable Run<N> run;
    private int runs;

    /// What all processes share.
    record Surroundings(
            HostLoop operatorLoop,
            long originNanos,
            RandomSource random,
            InProcessNetwork network,
            EmbeddedStore store,
            EmbeddedQueue queue,
            EventHub hub) {}

    /// What its runs are made of.
    ///
    /// @param executors a fresh thread for a run
    /// @param started hears of every run, on the operator's loop
    record Blueprint<N extends Node>(
            Supplier<EventExecutor> executors, Function<NodeServices, N> build, Consumer<RunningNode<N>> started) {
        Blueprint(Supplier<EventExecutor> executors, Function<NodeServices, N> build) {
            this(executors, build, _ -> {});
        }
    }

    private record Run<N>(
            HostLoop loop,
            EventExecutor executor,
            NodeTransport transport,
            HostedService.Connection<StoreClient> store,
            HostedService.Connection<QueueClient> queue,
            N node) {}

    /// Hears of every end, on the operator's loop.
    interface ExitListener {
        void exited(NodeId id, StopKind how, String detail);
    }

    EmbeddedProcess(NodeId id, NodeRole role, Surroundings surroundings, Blueprint<N> blueprint, ExitListener exits) {
        this.id = id;
        this.role = role;
        this.surroundings = surroundings;
        this.blueprint = blueprint;
        this.exits = exits;
        this.operatorEvents = surroundings.hub.sinkFor(id, surroundings.operatorLoop);
    }

    NodeId id() {
        return id;
    }

    NodeRole role() {
        return role;
    }

    ProcessState state() {
        if (run == null) {
            return ProcessState.DOWN;
        }
        return run.loop.isFrozen() ? ProcessState.FROZEN : ProcessState.RUNNING;
    }

    void start() {
        if (run != null) {
            return;
        }
        EventExecutor executor = blueprint.executors.get();
        int number = ++runs;
        HostLoop loop = new HostLoop(
                id.value(),
                executor,
                surroundings.originNanos,
                broken -> surroundings.operatorLoop.post(() -> {
                    if (number == runs) {
                        leave(StopKind.FAILED, "a task failed: " + broken);
                    }
                }));
        NodeTransport transport = surroundings.network.transportFor(id.value(), loop);
        HostedService.Connection<StoreClient> store = surroundings.store.connect(loop);
        HostedService.Connection<QueueClient> queue = surroundings.queue.connect(loop);
        NodeServices services = new NodeServices(
                id,
                loop,
                surroundings.random.fork(id.value() + '#' + number),
                transport,
                store.client(),
                queue.client(),
                surroundings.hub.sinkFor(id, loop));
        N node = blueprint.build.apply(services);
        run = new Run<>(loop, executor, transport, store, queue, node);
        operatorEvents.emit(new NodeEvent.NodeStarted(role));
        blueprint.started.accept(new RunningNode<>(id, loop, executor, node));
        loop.post(() -> node.start(exit -> surroundings.operatorLoop.post(() -> {
            if (number == runs) {
                leave(exit.how(), exit.reason());
            }
        })));
    }

    /// Ends it at once and in disorder.
    void kill() {
        leave(StopKind.KILLED, "its process was killed");
    }

    /// Ends it as one that cannot go on.
    void fail(String why) {
        leave(StopKind.FAILED, why);
    }

    void freeze() {
        if (run != null) {
            run.loop.freeze();
        }
    }

    void thaw() {
        if (run != null) {
            run.loop.thaw();
        }
    }

    /// Ends it in order, or at once when that is under way already; `done` runs on the operator's loop once it is down.
    void stop(Runnable done) {
        Run<N> stopping = run;
        if (stopping == null) {
            done.run();
            return;
        }
        whenDown.add(done);
        stopping.loop.post(stopping.node::stop);
    }

    /// The current run, if it is up.
    Optional<RunningNode<N>> running() {
        return Optional.ofNullable(run).map(r -> new RunningNode<>(id, r.loop, r.executor, r.node));
    }

    /// @param node to be used on `loop` alone
    record RunningNode<N>(NodeId id, HostLoop loop, EventExecutor executor, N node) {}

    private void leave(StopKind how, String detail) {
        Run<N> ended = run;
        if (ended == null) {
            return;
        }
        run = null;
        ended.loop.kill();
        ended.transport.close();
        ended.store.close();
        ended.queue.close();
        Future<?> _ = ended.executor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        operatorEvents.emit(new NodeEvent.NodeStopped(how, detail));
        List<Runnable> waiting = List.copyOf(whenDown);
        whenDown.clear();
        waiting.forEach(Runnable::run);
        exits.exited(id, how, detail);
    }
}
