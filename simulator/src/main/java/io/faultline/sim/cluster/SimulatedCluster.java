package io.faultline.sim.cluster;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStore.Write;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.fault.NodeFaultInjector;
import io.faultline.runtime.health.LivenessConfig;
import io.faultline.runtime.health.LivenessWatch;
import io.faultline.runtime.health.LivenessWatch.Probed;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.orchestrator.OrchestratorNode;
import io.faultline.runtime.orchestrator.OrchestratorPort;
import io.faultline.runtime.orchestrator.Platform;
import io.faultline.runtime.planner.PlannerNode;
import io.faultline.runtime.planner.PlannerPort;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl;
import io.faultline.runtime.world.World;
import io.faultline.sim.invariant.InvariantSuite;
import io.faultline.sim.invariant.Violation;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import io.faultline.sim.trace.EventStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A cluster in virtual time. The nodes are the runtime's own; everything around them is modelled and drawn from
/// one seed, so that the same seed gives the same events on every JVM.
///
/// Time moves only inside the `run` methods, and stops at the first broken invariant: what comes after one proves
/// nothing. Confined to one thread; different clusters are independent.
public final class SimulatedCluster {
    /// How often a run looks whether the cluster is at rest.
    private static final long REST_LOOK_NANOS = 10_000_000L;

    private final SimulationConfig config;
    private final VirtualTime time;
    private final EventStream events;
    private final Watch watch;
    private final Assembly assembly;
    private final SimulatedNetwork network;
    private final SimulatedLoop operator;
    private final KeyValueStore operatorStore;
    private final RandomSource random;
    private final SimulatedControl control;
    private final FaultInjector faults;
    private final BoundedLoad load;
    private final RestLook rest;
    private final Bounds bounds;
    private final @Nullable ClusterHistory history;

    SimulatedCluster(Builder builder) {
        this.config = builder.config();
        this.time = new VirtualTime();
        this.random = new RandomSource(builder.seed());
        this.events = new EventStream(time);
        this.bounds = new Bounds(config);
        this.watch = new Watch(config, bounds, time);
        this.network = new SimulatedNetwork(time, config.network(), random.fork("network"));
        this.assembly = new Assembly(builder, time, network, events, watch, random);
        this.operator = assembly.operator();
        this.operatorStore = assembly.store(operator, network.attach(Assembly.OPERATOR, operator));
        this.control = new SimulatedControl(config, time, assembly, network, watch);
        this.faults = new NodeFaultInjector(
                operator, control, new Platform(assembly.park(), this::withPlanner), events.sinkFor(Assembly.OPERATOR));
        events.subscribe(watch.suite());
        events.subscribe(watch.roster());
        builder.folds().forEach(events::subscribe);
        this.history = builder.history();
        if (history != null) {
            events.subscribe(new HistoryFeed(operator, history));
            new LivenessWatch(operator, LivenessConfig.defaults(), this::probed, events.sinkFor(Assembly.OPERATOR))
                    .start();
        }
        this.load = new BoundedLoad(assembly.start());
        this.rest = new RestLook(assembly, watch.roster(), load::isFinished);
    }

    private List<Probed> probed() {
        List<Probed> probed = new ArrayList<>();
        for (SimulatedNode<?> node : assembly.all()) {
            node.life().ifPresent(life -> probed.add(new Probed(node.id(), life.loop())));
        }
        return probed;
    }

    public static Builder builder(long seed) {
        return new Builder(seed);
    }

    public SimulationConfig config() {
        return config;
    }

    // ---- time

    public long nowNanos() {
        return time.nowNanos();
    }

    /// Turns run so far, on all loops together.
    public long turns() {
        return time.turnsRun();
    }

    /// Runs until `untilNanos`, unless an invariant breaks. False when one did.
    public boolean runUntil(long untilNanos) {
        while (watch.suite().holds() && time.runNext(untilNanos)) {
            // All is in the turn.
        }
        if (holds()) {
            time.runUntil(untilNanos);
        }
        return holds();
    }

    /// [#runUntil] with a duration.
    public boolean runFor(long nanos) {
        return runUntil(time.nowNanos() + nanos);
    }

    /// Runs until `condition` holds, which is looked at every now and then. False when it did not come true within
    /// `boundNanos`, or an invariant broke.
    public boolean runUntil(BooleanSupplier condition, long boundNanos) {
        long limit = time.nowNanos() + boundNanos;
        while (holds() && !condition.getAsBoolean()) {
            if (time.nowNanos() >= limit) {
                return false;
            }
            runUntil(Math.min(limit, time.nowNanos() + REST_LOOK_NANOS));
        }
        return holds();
    }

    /// Runs until every worker is registered and every frontend knows all of them.
    public boolean awaitStart() {
        return await(() -> rest.missingMember() == null, Bounds.sum(bounds.start()));
    }

    /// Liveness: all faults are over (heal them first) and every load is drained or finite. Runs until everybody
    /// is back and nothing is under way, at most for the sum of the delays that the configuration allows, and then
    /// looks at the invariants about rest.
    public boolean stabilise() {
        boolean isAtRest = await(() -> rest.missing() == null, Bounds.sum(bounds.stabilisation(load.begun())));
        // Meanwhile an idle worker may have begun to look after its own health.
        if (isAtRest && runFor(bounds.kvNewsNanos()) && await(() -> rest.missing() == null, bounds.canaryNanos())) {
            watch.suite().atRest(rest.clusterWithCaches());
        }
        return holds();
    }

    private boolean await(BooleanSupplier condition, long boundNanos) {
        boolean came = runUntil(condition, boundNanos);
        if (!came && holds()) {
            RestLook.Missing first = rest.missing();
            watch.overdue(first == null ? new RestLook.Missing(Assembly.OPERATOR, "nothing") : first, boundNanos);
        }
        return came;
    }

    // ---- what is seen

    /// True while no invariant is broken.
    public boolean holds() {
        return watch.suite().holds();
    }

    public List<Violation> violations() {
        return watch.suite().violations();
    }

    public EventStream events() {
        return events;
    }

    public InvariantSuite invariants() {
        return watch.suite();
    }

    public RequestTally requests() {
        return watch.roster().tally();
    }

    /// The cluster as an operator sees it, if it was built with a history.
    public World world() {
        ClusterHistory folded = history;
        if (folded == null) {
            throw Invariants.broken("a cluster without a history has no %s", World.class.getSimpleName());
        }
        return new SimulatedWorld(
                operator, random.fork("operator"), folded, events.sinkFor(Assembly.OPERATOR), faults, load);
    }

    // ---- what is done to it

    /// The nodes that can be stopped, frozen and cut off: store, frontends, workers ...
    public List<NodeId> nodes() {
        return assembly.all().stream().map(SimulatedNode::id).toList();
    }

    /// Those of a role.
    public List<NodeId> nodes(NodeRole role) {
        return List.copyOf(assembly.nodes(role).keySet());
    }

    /// The operator's loop.
    public NodeLoop operator() {
        return operator;
    }

    public FaultInjector faults() {
        return faults;
    }

    public LoadControl load() {
        return load;
    }

    /// Nodes and links, one by one.
    public SimulatedControl control() {
        return control;
    }

    /// Heals every partition, reverts every fault, and makes the clients patient.
    public void heal() {
        assembly.calmClients();
        control.healLinks();
        faults.recoverAll("the end of the safety phase");
        control.bringBackAll();
        watch.healed(time.nowNanos());
    }

    /// A share of the clients that wait for an answer leave at once.
    public void leave(double share) {
        assembly.leave(share);
    }

    /// Tells something in the operator's name.
    public void tell(EventRecord record) {
        events.sinkFor(Assembly.OPERATOR).emit(record);
    }

    private boolean withPlanner(NodeId planner, Consumer<PlannerPort> action) {
        PlannerNode node = assembly.up(PlannerNode.class).get(planner);
        if (node != null) {
            assembly.node(planner).life().ifPresent(life -> life.loop().post(() -> action.accept(node)));
        }
        return node != null;
    }

    /// Does something to the orchestrator, on its loop. False when none runs.
    public boolean withOrchestrator(Consumer<OrchestratorPort> action) {
        NodeId orchestrator = NodeRole.ORCHESTRATOR.nodeId(0);
        OrchestratorNode node = assembly.up(OrchestratorNode.class).get(orchestrator);
        if (node != null) {
            assembly.node(orchestrator).life().ifPresent(life -> life.loop().post(() -> action.accept(node)));
        }
        return node != null;
    }

    /// Writes a key of the discovery store, as an operator's tool does; it is there a moment later.
    public void write(String key, String value) {
        operatorStore.transact(List.of(), List.of(new Write.Put(key, value, 0)), List.of(), _ -> {});
    }

    /// Frontends, in order.
    public List<NodeId> frontends() {
        return List.copyOf(assembly.frontends().keySet());
    }

    /// Workers, in order.
    public List<NodeId> workers() {
        return List.copyOf(assembly.workers().keySet());
    }

    /// How a cluster is made.
    public static final class Builder {
        private final long seed;
        private final List<Fold> folds = new ArrayList<>();
        private SimulationConfig config = SimulationConfig.of(ClusterConfig.demo());
        private Parts parts = Parts.PRODUCTION;
        private @Nullable ClusterHistory history;

        private Builder(long seed) {
            this.seed = seed;
        }

        public Builder config(SimulationConfig chosen) {
            config = chosen;
            return this;
        }

        public Builder parts(Parts chosen) {
            parts = chosen;
            return this;
        }

        /// Sees every event.
        public Builder fold(Fold fold) {
            folds.add(fold);
            return this;
        }

        /// Folds the history that a [#world] needs, and probes the nodes for it; campaigns of scenarios do without.
        public Builder history(HistoryConfig chosen) {
            history = new ClusterHistory(chosen);
            return this;
        }

        public SimulatedCluster build() {
            return new SimulatedCluster(this);
        }

        public long seed() {
            return seed;
        }

        SimulationConfig config() {
            return config;
        }

        Parts parts() {
            return parts;
        }

        @Nullable ClusterHistory history() {
            return history;
        }

        List<Fold> folds() {
            return folds;
        }
    }
}
