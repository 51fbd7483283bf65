package io.faultline.sim.cluster;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.EventRecord.NodeRole;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.fault.NodeControl;
import io.faultline.runtime.fault.NodeFaultInjector;
import io.faultline.runtime.frontend.FrontendNode;
import io.faultline.runtime.frontend.FrontendPort.FrontendState;
import io.faultline.runtime.frontend.FrontendPort.InstanceState;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.router.RouterNode;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl;
import io.faultline.runtime.world.World;
import io.faultline.sim.invariant.Invariant.RestingCluster;
import io.faultline.sim.invariant.InvariantSuite;
import io.faultline.sim.invariant.Violation;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import io.faultline.sim.trace.EventStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A cluster in virtual time. The nodes are the runtime's own; everything around them is modelled and drawn from
/// one seed, so that the same seed gives the same events on every JVM.
///
/// Time moves only inside the `run` methods, and stops at the first broken invariant: what comes after one proves
/// nothing. Confined to one thread; different clusters are independent.
public final class SimulatedCluster implements NodeControl {
    /// How often a run looks whether the cluster is at rest.
    private static final long REST_LOOK_NANOS = 10_000_000L;

    private final SimulationConfig config;
    private final VirtualTime time;
    private final EventStream events;
    private final Watch watch;
    private final Assembly assembly;
    private final SimulatedNetwork network;
    private final SimulatedLoop operator;
    private final RandomSource random;
    private final FaultInjector faults;
    private final BoundedLoad load;
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
        this.operator = assembly.loop(Assembly.OPERATOR);
        this.faults = new NodeFaultInjector(operator, this, events.sinkFor(Assembly.OPERATOR));
        events.subscribe(watch.suite());
        events.subscribe(watch.roster());
        builder.folds().forEach(events::subscribe);
        this.history = builder.history();
        if (history != null) {
            events.subscribe(new HistoryFeed(operator, history));
        }
        this.load = new BoundedLoad(assembly.start());
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
        return await(() -> missingMember() == null, Bounds.sum(bounds.start()));
    }

    /// Liveness: all faults are over (heal them first) and every load is drained or finite. Runs until everybody
    /// is back and nothing is under way, at most for the sum of the delays that the configuration allows, and then
    /// looks at the invariants about rest.
    public boolean stabilise() {
        boolean isAtRest = await(() -> missing() == null, Bounds.sum(bounds.stabilisation(load.begun())));
        if (isAtRest && runFor(bounds.kvNewsNanos())) {
            RestingCluster now = resting();
            watch.suite()
                    .atRest(new RestingCluster(now.engines(), now.frontends(), assembly.kvPictures(watch.roster())));
        }
        return holds();
    }

    private boolean await(BooleanSupplier condition, long boundNanos) {
        boolean came = runUntil(condition, boundNanos);
        if (!came && holds()) {
            Missing first = missing();
            watch.overdue(first == null ? new Missing(Assembly.OPERATOR, "nothing") : first, boundNanos);
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

    /// Nothing passes between the two groups until the partition is healed.
    public SimulatedNetwork.Partition partition(List<NodeId> some, List<NodeId> others) {
        watch.disturbed();
        watch.cutOff(some);
        watch.cutOff(others);
        return network.partition(some, others);
    }

    /// Nothing passes from the one group to the other; the way back is open.
    public SimulatedNetwork.Partition partitionOneWay(List<NodeId> from, List<NodeId> to) {
        watch.disturbed();
        watch.cutOff(from);
        watch.cutOff(to);
        return network.partitionOneWay(from, to);
    }

    /// Heals every partition, reverts every fault, and makes the clients patient.
    public void heal() {
        assembly.calmClients();
        network.heal();
        faults.recoverAll("the end of the safety phase");
        for (SimulatedNode<?> node : assembly.all()) {
            switch (node.state()) {
                case DOWN -> node.start();
                case FROZEN -> node.thaw();
                case RUNNING, UNKNOWN -> {
                    // As it should be.
                }
            }
        }
        watch.healed(time.nowNanos());
    }

    @Override
    public ProcessState state(NodeId node) {
        return assembly.isProcess(node) ? assembly.node(node).state() : ProcessState.UNKNOWN;
    }

    @Override
    public boolean hasEngine(NodeId node) {
        return assembly.workers().containsKey(node);
    }

    @Override
    public void kill(NodeId node) {
        disturb(node).kill();
    }

    @Override
    public void start(NodeId node) {
        assembly.node(node).start();
        watch.awake(node, time.nowNanos());
    }

    @Override
    public void freeze(NodeId node) {
        disturb(node).freeze();
        watch.asleep(node);
    }

    @Override
    public void thaw(NodeId node) {
        assembly.node(node).thaw();
        watch.awake(node, time.nowNanos());
    }

    @Override
    public void disturbEngine(NodeId node, EngineCondition condition) {
        assembly.disturbEngine(node, condition);
        watch.engineDisturbed(node);
    }

    /// Starts a node that is down; one that is up stays as it is.
    public void startIfDown(NodeId node) {
        if (assembly.node(node).state() == ProcessState.DOWN) {
            start(node);
        }
    }

    /// Ends a node in order; when that is under way, at once.
    public void stop(NodeId node) {
        disturb(node).stop();
    }

    private SimulatedNode<?> disturb(NodeId node) {
        if (!assembly.workers().containsKey(node)) {
            watch.disturbed();
        }
        return assembly.node(node);
    }

    // ---- rest

    /// Something that is not as it is in a cluster at rest.
    record Missing(NodeId node, String what) {}

    private @Nullable Missing missing() {
        Missing member = missingMember();
        if (member != null) {
            return member;
        }
        long open = watch.roster().tally().open();
        if (open > 0) {
            return new Missing(Assembly.CLIENTS, open + " requests are still open");
        }
        if (!load.isFinished()) {
            return new Missing(Assembly.CLIENTS, "the clients are not done");
        }
        RestingCluster now = resting();
        for (Map.Entry<NodeId, EngineLoad> engine : now.engines().entrySet()) {
            if (engine.getValue().running() + engine.getValue().waiting() > 0) {
                return new Missing(engine.getKey(), engine.getKey() + " still works on a sequence");
            }
        }
        return null;
    }

    private @Nullable Missing missingMember() {
        Missing router = missingRouter();
        if (router != null) {
            return router;
        }
        TreeSet<Long> expected = new TreeSet<>();
        for (NodeId worker : assembly.workers().keySet()) {
            Long instance = watch.roster().instanceOf(worker);
            if (instance == null) {
                return new Missing(worker, worker + " is not registered");
            }
            expected.add(instance);
        }
        for (Map.Entry<NodeId, FrontendState> frontend : resting().frontends().entrySet()) {
            TreeSet<Long> known = new TreeSet<>();
            for (InstanceState instance : frontend.getValue().instances()) {
                known.add(instance.id());
                if (instance.inhibited()) {
                    return new Missing(frontend.getKey(), frontend.getKey() + " sets " + instance.node() + " aside");
                }
            }
            if (!known.equals(expected)) {
                return new Missing(
                        frontend.getKey(),
                        frontend.getKey() + " knows the instances " + known + ", but " + expected + " are registered");
            }
        }
        return null;
    }

    private @Nullable Missing missingRouter() {
        for (Map.Entry<NodeId, RouterNode> router :
                assembly.up(RouterNode.class).entrySet()) {
            if (!router.getValue().isReady()) {
                return new Missing(router.getKey(), router.getKey() + " is not ready to be asked");
            }
        }
        if (config.cluster().routing().routers() > 0) {
            for (Map.Entry<NodeId, FrontendNode> frontend :
                    assembly.up(FrontendNode.class).entrySet()) {
                if (frontend.getValue().isFallenBack()) {
                    return new Missing(frontend.getKey(), frontend.getKey() + " finds no router");
                }
            }
        }
        return null;
    }

    private RestingCluster resting() {
        Map<NodeId, EngineLoad> engines = new LinkedHashMap<>();
        assembly.engines().forEach((node, engine) -> engines.put(node, engine.load()));
        Map<NodeId, FrontendState> frontends = new LinkedHashMap<>();
        assembly.up(FrontendNode.class).forEach((node, frontend) -> frontends.put(node, frontend.state()));
        return new RestingCluster(engines, frontends);
    }

    /// The load control, which remembers what was begun: liveness bounds follow from it.
    private static final class BoundedLoad implements LoadControl {
        private final LoadControl clients;
        private final List<LoadSpec> begun = new ArrayList<>();
        private final Map<LoadRun, OpenLoadSpec> open = new LinkedHashMap<>();
        private final List<LoadRun> runs = new ArrayList<>();

        BoundedLoad(LoadControl clients) {
            this.clients = clients;
        }

        @Override
        public LoadRun start(LoadSpec spec) {
            LoadRun run = clients.start(spec);
            begun.add(spec);
            runs.add(run);
            return run;
        }

        @Override
        public LoadRun start(OpenLoadSpec spec, AnswerObserver observer) {
            LoadRun run = clients.start(spec, observer);
            open.put(run, spec);
            runs.add(run);
            return run;
        }

        /// Of an open loop what counts is what is under way when it has been drained.
        @Override
        public LoadRun start(Script script, AnswerObserver observer) {
            LoadRun run = clients.start(script, observer);
            runs.add(run);
            return run;
        }

        List<LoadSpec> begun() {
            List<LoadSpec> all = new ArrayList<>(begun);
            open.forEach((run, spec) -> all.add(new LoadSpec(
                    Math.clamp(run.open(), 1, 10_000),
                    1,
                    spec.promptTokensMin(),
                    spec.promptTokensMax(),
                    spec.answerTokensMax(),
                    0,
                    (spec.retriesMax() + 1L) * spec.retryNanos())));
            return all;
        }

        boolean isFinished() {
            return runs.stream().allMatch(LoadRun::isFinished);
        }
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

        /// Folds the history that a [#world] needs; campaigns of scenarios do without.
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
