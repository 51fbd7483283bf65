package io.faultline.backend.feed;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.fault.NodeControl;
import io.faultline.runtime.fault.NodeFaultInjector;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.host.EventHub;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl;
import io.faultline.runtime.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A world without a cluster: its loop is turned by hand, its nodes are words, its history is what the test says.
public final class ScriptedWorld implements World, NodeControl {
    public final ManualLoop loop = new ManualLoop();
    private final EventHub hub = new EventHub(loop);
    private final ClusterHistory history = new ClusterHistory(HistoryConfig.defaults());
    public final List<String> disturbed = new ArrayList<>();
    private final Map<NodeId, ProcessState> processes = new TreeMap<>();
    private final FaultInjector faults = new NodeFaultInjector(loop, this, says("operator"));

    public ScriptedWorld() {
        hub.subscribe(history);
    }

    /// Adds a worker that is registered and ready.
    public ScriptedWorld worker(String name, long instance) {
        processes.put(new NodeId(name), ProcessState.RUNNING);
        says(name).emit(new NodeEvent.NodeStarted(NodeRole.DECODE));
        says(name).emit(new DiscoveryEvent.InstanceRegistered(instance, "backend", "model", 100, 16, 10_000_000_000L));
        says("frontend-0").emit(new DiscoveryEvent.InstanceSeen(instance, name, true));
        return this;
    }

    public EventSink says(String node) {
        return hub.sinkFor(new NodeId(node), loop);
    }

    /// Lets time pass and runs what is due.
    public void pass(long nanos) {
        loop.runUntil(loop.now() + nanos);
    }

    @Override
    public ProcessState state(NodeId node) {
        return processes.getOrDefault(node, ProcessState.UNKNOWN);
    }

    @Override
    public void kill(NodeId node) {
        processes.put(node, ProcessState.DOWN);
        says(node.value()).emit(new NodeEvent.NodeStopped(NodeEvent.StopKind.KILLED, "killed"));
    }

    @Override
    public void start(NodeId node) {
        processes.put(node, ProcessState.RUNNING);
        says(node.value()).emit(new NodeEvent.NodeStarted(NodeRole.DECODE));
    }

    @Override
    public void freeze(NodeId node) {
        processes.put(node, ProcessState.FROZEN);
    }

    @Override
    public void thaw(NodeId node) {
        processes.put(node, ProcessState.RUNNING);
    }

    @Override
    public void disturbEngine(NodeId node, EngineCondition condition) {
        disturbed.add(node + " " + condition);
    }

    @Override
    public String kind() {
        return "embedded";
    }

    @Override
    public NodeLoop loop() {
        return loop;
    }

    @Override
    public RandomSource random() {
        return new RandomSource(1);
    }

    @Override
    public ClusterHistory history() {
        return history;
    }

    @Override
    public EventSink events() {
        return says("operator");
    }

    @Override
    public FaultInjector faults() {
        return faults;
    }

    @Override
    public LoadControl load() {
        throw new UnsupportedOperationException("a scripted world has no clients");
    }
}
