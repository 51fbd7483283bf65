package io.faultline.sim.cluster;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.engine.modelled.ModelledEngine;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl;
import io.faultline.runtime.seam.NodeId;
import io.faultline.sim.net.LinkFault;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.time.VirtualTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What can be done to the nodes of a simulated cluster and to the links between them. The invariants hear of it,
/// since some promises hold only for who is left alone. Confined to the simulation's thread.
public final class SimulatedControl implements NodeControl {
    private final SimulationConfig config;
    private final VirtualTime time;
    private final Assembly assembly;
    private final SimulatedNetwork network;
    private final Watch watch;
    private final Map<NodeId, Cut> handOverCuts = new LinkedHashMap<>();
    private final List<Cut> cuts = new ArrayList<>();

    SimulatedControl(
            SimulationConfig config, VirtualTime time, Assembly assembly, SimulatedNetwork network, Watch watch) {
        this.config = config;
        this.time = time;
        this.assembly = assembly;
        this.network = network;
        this.watch = watch;
    }

    /// Nothing passes between the two groups until the cut is healed.
    public Cut partition(List<NodeId> some, List<NodeId> others) {
        SimulatedNetwork.Partition partition = network.partition(some, others);
        return cut(some, others, partition::heal, 0);
    }

    /// Nothing passes from the one group to the other; the way back is open.
    public Cut partitionOneWay(List<NodeId> from, List<NodeId> to) {
        SimulatedNetwork.Partition partition = network.partitionOneWay(from, to);
        return cut(from, to, partition::heal, 0);
    }

    /// Makes one direction between two nodes slow or lossy until that is healed.
    public Cut disturb(NodeId from, NodeId to, LinkFault fault) {
        network.disturb(from, to, fault);
        // What is under way when it is healed arrives as late as it would have.
        long lateNanos = fault.delayNanos() + network.config().retransmitNanos();
        return cut(List.of(from), List.of(to), () -> network.disturb(from, to, LinkFault.NONE), lateNanos);
    }

    private Cut cut(List<NodeId> some, List<NodeId> others, Runnable undo, long lateNanos) {
        List<NodeId> ends = new ArrayList<>(some);
        ends.addAll(others);
        boolean touchesPrefillAlone =
                some.stream().allMatch(this::isForPrefill) || others.stream().allMatch(this::isForPrefill);
        if (!touchesPrefillAlone) {
            watch.moreThanPrefillDisturbed();
            watch.disturbed();
        }
        watch.cutOff(ends);
        Cut cut = new Cut(healed -> {
            cuts.remove(healed);
            undo.run();
            watch.reconnected(ends, time.nowNanos() + lateNanos);
        });
        cuts.add(cut);
        return cut;
    }

    @Override
    public ProcessState state(NodeId node) {
        return assembly.isProcess(node) ? assembly.node(node).state() : ProcessState.UNKNOWN;
    }

    @Override
    public boolean hasEngine(NodeId node) {
        return isWorker(node);
    }

    @Override
    public void kill(NodeId node) {
        disturb(node).kill();
    }

    @Override
    public void start(NodeId node) {
        if (!config.cluster().manages(assembly.node(node).role())) {
            assembly.node(node).start();
        } else if (!assembly.park().startByHand(node)) {
            return;
        }
        watch.awake(node, time.nowNanos());
    }

    @Override
    public void freeze(NodeId node) {
        if (assembly.node(node).state() == ProcessState.DOWN) {
            return;
        }
        disturb(node).freeze();
        watch.asleep(node, time.nowNanos());
    }

    @Override
    public void thaw(NodeId node) {
        assembly.node(node).thaw();
        watch.awake(node, time.nowNanos());
    }

    @Override
    public void disturbEngine(NodeId node, EngineCondition condition) {
        ModelledEngine engine = assembly.engines().modelOf(node);
        if (engine != null) {
            disturb(node).life().ifPresent(life -> life.loop().post(() -> engine.become(condition)));
        }
        watch.engineDisturbed(node);
    }

    @Override
    public boolean canCutHandOvers(NodeId node) {
        return assembly.prefillWorkers().containsKey(node);
    }

    @Override
    public void cutHandOvers(NodeId node) {
        handOverCuts.put(
                node, partition(List.of(node), List.copyOf(assembly.workers().keySet())));
    }

    @Override
    public void joinHandOvers(NodeId node) {
        Cut cut = handOverCuts.remove(node);
        if (cut != null) {
            cut.heal();
        }
    }

    /// Starts a node that is down, and one that was told to stop as soon as it has ended; any other stays as it is.
    /// The orchestrator looks after its own.
    public void bringBack(NodeId node) {
        SimulatedNode<?> found = assembly.node(node);
        if (config.cluster().manages(found.role())) {
            return;
        }
        if (found.state() == ProcessState.DOWN) {
            start(node);
        } else if (found.isLeaving()) {
            found.whenLeft(() -> assembly.operator().post(() -> bringBack(node)));
        }
    }

    /// Ends a node in order; when that is under way, at once.
    public void stop(NodeId node) {
        disturb(node).stop();
    }

    private boolean isWorker(NodeId node) {
        return assembly.workers().containsKey(node) || assembly.prefillWorkers().containsKey(node);
    }

    /// Prefill workers and their queue: decode workers can do without them.
    private boolean isForPrefill(NodeId node) {
        NodeRole role = assembly.node(node).role();
        return role == NodeRole.PREFILL || role == NodeRole.QUEUE;
    }

    private SimulatedNode<?> disturb(NodeId node) {
        if (!isForPrefill(node)) {
            watch.moreThanPrefillDisturbed();
        }
        if (!isWorker(node) && !isForPrefill(node)) {
            watch.disturbed();
        }
        return assembly.node(node);
    }

    /// Joins what was cut, and makes every link what it should be.
    void healLinks() {
        List.copyOf(cuts).forEach(Cut::heal);
        network.heal();
    }

    /// Every node goes on, or is started again.
    void bringBackAll() {
        for (SimulatedNode<?> node : assembly.all()) {
            node.thaw();
            bringBack(node.id());
        }
    }
}
