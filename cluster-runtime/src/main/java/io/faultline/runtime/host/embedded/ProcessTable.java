package io.faultline.runtime.host.embedded;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.health.LivenessWatch.Probed;
import io.faultline.runtime.host.embedded.EmbeddedProcess.Blueprint;
import io.faultline.runtime.host.embedded.EmbeddedProcess.ExitListener;
import io.faultline.runtime.host.embedded.EmbeddedProcess.RunningNode;
import io.faultline.runtime.orchestrator.ProcessHost;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The processes of the embedded cluster by name, in the order in which they came. They come and go while the cluster
/// runs; one that is down stays in the table until it is removed, so that it can be started again. Confined to the
/// operator's loop.
final class ProcessTable implements ProcessHost {
    private final EmbeddedProcess.Surroundings surroundings;
    private final Map<NodeRole, Function<NodeId, Blueprint<? extends Node>>> blueprints = new EnumMap<>(NodeRole.class);
    private final Map<NodeId, EmbeddedProcess<?>> processes = new LinkedHashMap<>();
    /// Forgotten ones. Who comes back under the same name goes on counting runs.
    private final Map<NodeId, EmbeddedProcess<?>> former = new LinkedHashMap<>();
    private ExitListener exits = (_, _, _) -> {};

    ProcessTable(EmbeddedProcess.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// From now on processes of this role can be added.
    void define(NodeRole role, Function<NodeId, Blueprint<? extends Node>> blueprint) {
        blueprints.put(role, blueprint);
    }

    /// Hears of every end from now on.
    void onExit(ExitListener listener) {
        exits = listener;
    }

    /// A process that is down; nothing when there is one of that name already.
    EmbeddedProcess<?> add(NodeId id, NodeRole role) {
        EmbeddedProcess<?> known = processes.get(id);
        if (known != null) {
            Invariants.check(known.role() == role, "%s is a %s, not a %s", id, known.role(), role);
            return known;
        }
        Function<NodeId, Blueprint<? extends Node>> blueprint = blueprints.get(role);
        if (blueprint == null) {
            throw Invariants.broken("nothing says what a %s is made of", role);
        }
        EmbeddedProcess<?> back = former.remove(id);
        EmbeddedProcess<?> process = back == null ? process(id, role, blueprint.apply(id)) : back;
        processes.put(id, process);
        return process;
    }

    private <N extends Node> EmbeddedProcess<N> process(NodeId id, NodeRole role, Blueprint<N> blueprint) {
        return new EmbeddedProcess<>(
                id, role, surroundings, blueprint, (node, how, detail) -> exits.exited(node, how, detail));
    }

    @Override
    public void forget(NodeId id) {
        Invariants.check(state(id) == ProcessState.DOWN, "%s is not down", id);
        former.put(id, get(id));
        processes.remove(id);
    }

    @Override
    public void start(NodeId id, NodeRole role) {
        add(id, role).start();
    }

    @Override
    public void fail(NodeId id, String why) {
        get(id).fail(why);
    }

    @Override
    public void stop(NodeId id) {
        get(id).stop(() -> {});
    }

    @Override
    public void kill(NodeId id) {
        get(id).kill();
    }

    /// UNKNOWN when there is no such process.
    @Override
    public ProcessState state(NodeId id) {
        EmbeddedProcess<?> process = processes.get(id);
        return process == null ? ProcessState.UNKNOWN : process.state();
    }

    EmbeddedProcess<?> get(NodeId id) {
        EmbeddedProcess<?> process = processes.get(id);
        if (process == null) {
            throw new IllegalArgumentException("there is no node named '" + id + "'");
        }
        return process;
    }

    List<EmbeddedProcess<?>> all() {
        return List.copyOf(processes.values());
    }

    List<EmbeddedProcess<?>> all(NodeRole role) {
        return processes.values().stream().filter(p -> p.role() == role).toList();
    }

    /// The processes that are up, frozen ones too, for whoever probes them.
    List<Probed> probed() {
        List<Probed> probed = new ArrayList<>();
        processes.values().forEach(p -> p.running().ifPresent(r -> probed.add(new Probed(r.id(), r.loop()))));
        return probed;
    }

    /// The nodes of that class that run now.
    <N extends Node> List<RunningNode<N>> running(Class<N> type) {
        List<RunningNode<N>> running = new ArrayList<>();
        for (EmbeddedProcess<?> process : processes.values()) {
            Optional<? extends RunningNode<?>> up = process.running();
            up.filter(r -> type.isInstance(r.node()))
                    .ifPresent(
                            r -> running.add(new RunningNode<>(r.id(), r.loop(), r.executor(), type.cast(r.node()))));
        }
        return running;
    }
}
