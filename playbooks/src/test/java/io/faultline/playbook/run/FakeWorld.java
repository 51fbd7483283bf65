package io.faultline.playbook.run;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.Digest;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.fault.NodeControl;
import io.faultline.runtime.fault.NodeFaultInjector;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl;
import io.faultline.runtime.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A world that says what a cluster would say, on a loop that the test turns: workers that can be killed, frozen and
/// started, and clients whose requests move to the next worker when theirs dies. How it misbehaves is the test's
/// choice. Records reach the history in a later turn, as in a real world.
final class FakeWorld implements World, NodeControl {
    static final long MS = 1_000_000L;

    final ManualLoop loop = new ManualLoop();
    final Digest digest = new Digest();
    final List<String> disturbed = new ArrayList<>();
    final List<EventRecord> said = new ArrayList<>();
    final FakeClients clients = new FakeClients(this);
    /// How long a started worker takes to register; negative = it never does.
    long registersAfterNanos = 300 * MS;
    String kind = "simulated";

    private final ClusterHistory history = new ClusterHistory(HistoryConfig.defaults());
    private final RandomSource random = new RandomSource(1);
    private final Map<NodeId, ProcessState> workers = new LinkedHashMap<>();
    private final Map<NodeId, Long> instances = new LinkedHashMap<>();
    private final FaultInjector faults = new NodeFaultInjector(loop, this, events());
    private long sequence;
    private long instance = 1;

    /// Starts that many workers and waits until they are ready.
    static FakeWorld withWorkers(int count) {
        FakeWorld world = new FakeWorld();
        world.say("frontend-0", new NodeEvent.NodeStarted(NodeRole.FRONTEND));
        // Last first: the order of appearance must not matter.
        for (int i = count - 1; i >= 0; i--) {
            world.start(new NodeId("decode-" + i));
        }
        world.loop.runFor(1_000 * MS);
        return world;
    }

    void say(String node, EventRecord record) {
        long at = loop.now();
        loop.post(() -> {
            ClusterEvent event = new ClusterEvent(sequence++, at, new NodeId(node), record);
            digest.add(event);
            said.add(record);
            history.apply(event);
        });
    }

    /// The workers that run, in the order of their names.
    List<NodeId> running() {
        return workers.entrySet().stream()
                .filter(e -> e.getValue() == ProcessState.RUNNING && instances.containsKey(e.getKey()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    long instanceOf(NodeId worker) {
        return instances.get(worker);
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public NodeLoop loop() {
        return loop;
    }

    @Override
    public RandomSource random() {
        return random;
    }

    @Override
    public ClusterHistory history() {
        return history;
    }

    @Override
    public EventSink events() {
        return record -> say("operator", record);
    }

    @Override
    public FaultInjector faults() {
        return faults;
    }

    @Override
    public LoadControl load() {
        return clients;
    }

    @Override
    public ProcessState state(NodeId node) {
        return workers.getOrDefault(node, ProcessState.UNKNOWN);
    }

    @Override
    public void kill(NodeId node) {
        workers.put(node, ProcessState.DOWN);
        instances.remove(node);
        say(node.value(), new NodeEvent.NodeStopped(NodeEvent.StopKind.KILLED, "killed"));
        clients.workerDied(node);
    }

    @Override
    public void start(NodeId node) {
        workers.put(node, ProcessState.RUNNING);
        say(node.value(), new NodeEvent.NodeStarted(NodeRole.DECODE));
        if (registersAfterNanos >= 0) {
            loop.after(registersAfterNanos, () -> {
                instances.put(node, instance);
                say(node.value(), new DiscoveryEvent.InstanceRegistered(instance, "decode", "m", 100, 16, 4_000 * MS));
                say("frontend-0", new DiscoveryEvent.InstanceSeen(instance++, node.value(), true));
            });
        }
    }

    @Override
    public void freeze(NodeId node) {
        workers.put(node, ProcessState.FROZEN);
    }

    @Override
    public void thaw(NodeId node) {
        workers.put(node, ProcessState.RUNNING);
    }

    @Override
    public void disturbEngine(NodeId node, EngineCondition condition) {
        disturbed.add(node + " " + condition);
    }
}
