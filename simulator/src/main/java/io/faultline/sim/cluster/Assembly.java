package io.faultline.sim.cluster;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.StoreAnswer;
import io.faultline.runtime.discovery.StoreClient;
import io.faultline.runtime.discovery.StoreRequest;
import io.faultline.runtime.discovery.StoreServer;
import io.faultline.runtime.discovery.StoreState;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.frontend.FrontendNode;
import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.orchestrator.MachinePark;
import io.faultline.runtime.orchestrator.OrchestratorNode;
import io.faultline.runtime.orchestrator.ProcessHost;
import io.faultline.runtime.planner.PlannerNode;
import io.faultline.runtime.queue.AbsentQueue;
import io.faultline.runtime.queue.QueueAnswer;
import io.faultline.runtime.queue.QueueClient;
import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueConfig;
import io.faultline.runtime.queue.QueueDisk;
import io.faultline.runtime.queue.QueueRequest;
import io.faultline.runtime.queue.QueueServer;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.router.CacheSight;
import io.faultline.runtime.router.RouterNode;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.worker.PrefillWorkerNode;
import io.faultline.runtime.worker.WorkerNode;
import io.faultline.runtime.workload.LoadClients;
import io.faultline.runtime.world.LoadControl;
import io.faultline.sim.cluster.SimulatedNode.Maker;
import io.faultline.sim.invariant.NothingRunsOn;
import io.faultline.sim.invariant.UndisturbedAnswer;
import io.faultline.sim.net.NetworkPort;
import io.faultline.sim.net.SimulatedNetwork;
import io.faultline.sim.net.SimulatedTransport;
import io.faultline.sim.service.SimulatedLink;
import io.faultline.sim.service.SimulatedService;
import io.faultline.sim.time.NodeClock;
import io.faultline.sim.time.SimulatedLoop;
import io.faultline.sim.time.VirtualTime;
import io.faultline.sim.trace.EventStream;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Puts a cluster together: reads like the picture of it. Nodes have the names that they have in the other worlds.
final class Assembly {
    static final NodeId OPERATOR = new NodeId("operator");
    static final NodeId CLIENTS = new NodeId("clients");
    private static final NodeId STORE = new NodeId("store");
    private static final NodeId QUEUE = new NodeId("queue");

    private final SimulationConfig config;
    private final Parts parts;
    private final VirtualTime time;
    private final SimulatedNetwork network;
    private final EventStream events;
    private final Watch watch;
    private final RandomSource random;
    private final SimulatedNode<Bystander> clients;
    private final Map<NodeRole, Function<NodeId, Maker<? extends Node>>> makers = new EnumMap<>(NodeRole.class);
    /// By name, in the order in which they came; the clients are apart.
    private final Map<NodeId, SimulatedNode<?>> nodes = new LinkedHashMap<>();
    /// Forgotten ones. Who comes back under the same name goes on counting lives.
    private final Map<NodeId, SimulatedNode<?>> former = new LinkedHashMap<>();
    private final SimulatedLoop operator;
    private final MachinePark park;
    private final Engines engines;
    private @Nullable ImpatientLink impatience;

    Assembly(
            SimulatedCluster.Builder chosen,
            VirtualTime time,
            SimulatedNetwork network,
            EventStream events,
            Watch watch,
            RandomSource random) {
        this.config = chosen.config();
        this.parts = chosen.parts();
        this.time = time;
        this.network = network;
        this.events = events;
        this.watch = watch;
        this.random = random;
        this.engines = new Engines(config, parts, watch);
        this.operator = loop(OPERATOR);
        this.park =
                new MachinePark(operator, config.cluster().orchestration(), new Processes(), events.sinkFor(OPERATOR));
        StoreState disk = new StoreState(config.store());
        makers.put(
                NodeRole.STORE,
                _ -> (_, loop, port) -> new SimulatedService<>(
                        StoreRequest.class, () -> new StoreServer(disk, loop, events.sinkFor(STORE)), port));
        QueueDisk queues = new QueueDisk(QueueConfig.defaults());
        makers.put(
                NodeRole.QUEUE,
                _ -> (_, loop, port) -> new SimulatedService<>(
                        QueueRequest.class, () -> new QueueServer(queues, loop, events.sinkFor(QUEUE)), port));
        makers.put(NodeRole.FRONTEND, id -> (life, loop, port) -> frontend(id, life, loop, port));
        makers.put(NodeRole.DECODE, id -> (life, loop, port) -> worker(id, life, loop, port));
        makers.put(NodeRole.PLANNER, id -> (life, loop, port) -> planner(id, life, loop, port));
        makers.put(NodeRole.ORCHESTRATOR, id -> (life, loop, port) -> orchestrator(id, life, loop, port));
        makers.put(NodeRole.ROUTER, id -> (life, loop, port) -> router(id, life, loop, port));
        makers.put(NodeRole.PREFILL, id -> (life, loop, port) -> prefillWorker(id, life, loop, port));
        add(STORE, NodeRole.STORE);
        if (config.cluster().disaggregates()) {
            add(QUEUE, NodeRole.QUEUE);
        }
        config.cluster().members().forEach(member -> add(member.id(), member.role()));
        this.clients = node(CLIENTS, NodeRole.CLIENT, (_, _, _) -> new Bystander());
    }

    /// A node that is down.
    SimulatedNode<?> add(NodeId id, NodeRole role) {
        Invariants.check(!nodes.containsKey(id), "there is a %s already", id);
        Function<NodeId, Maker<? extends Node>> maker = makers.get(role);
        if (maker == null) {
            throw Invariants.broken("nothing says what a %s is made of", role);
        }
        SimulatedNode<?> back = former.remove(id);
        SimulatedNode<?> node = back == null ? node(id, role, maker.apply(id)) : back;
        nodes.put(id, node);
        return node;
    }

    /// Forgets a node that is down.
    void remove(NodeId id) {
        Invariants.check(node(id).state() == ProcessState.DOWN, "%s is not down", id);
        former.put(id, node(id));
        nodes.remove(id);
    }

    Engines engines() {
        return engines;
    }

    /// The operator's loop.
    SimulatedLoop operator() {
        return operator;
    }

    /// How many of each role the orchestrator starts.
    Map<NodeRole, Integer> managed() {
        return config.cluster().managed();
    }

    MachinePark park() {
        return park;
    }

    /// A client of the store.
    KeyValueStore store(SimulatedLoop loop, NetworkPort port) {
        return SimulatedLink.<StoreRequest, StoreAnswer, StoreClient>client(
                port, STORE, StoreAnswer.class, link -> new StoreClient(loop, link, config.storeClient()));
    }

    /// Starts every node and returns the clients.
    LoadControl start() {
        park.announce();
        nodes.values().forEach(SimulatedNode::start);
        SimulatedNode.Life<Bystander> home = clients.start();
        List<Address> doors = nodes(NodeRole.FRONTEND).keySet().stream()
                .map(ApiGateway::addressOn)
                .toList();
        impatience = new ImpatientLink(
                new ApiLink(home.port(), doors), home.loop(), random.fork("impatience"), config.impatientShare());
        return new LoadClients(
                home.loop(),
                random.fork("clients"),
                events.sinkFor(CLIENTS),
                impatience,
                (prompt, stop, sampling) -> UndisturbedAnswer.tokens(config.tokens(), prompt, stop, sampling),
                config.load());
    }

    /// From now on clients wait for the end of their answers.
    void calmClients() {
        if (impatience != null) {
            impatience.calm();
        }
    }

    /// A share of the clients that wait leave.
    void leave(double share) {
        if (impatience != null) {
            impatience.leave(share);
        }
    }

    /// A loop for a node's next life; a turn of it that fails is a broken invariant.
    SimulatedLoop loop(NodeId id) {
        return new SimulatedLoop(id, time, clockOf(id), watch::turnFailed);
    }

    /// The operator's clock is the true one: it times the history.
    private NodeClock clockOf(NodeId id) {
        int most = config.clockDriftMax();
        if (most == 0 || id.equals(OPERATOR)) {
            return NodeClock.TRUE;
        }
        return new NodeClock(0, (int) random.fork("clock of " + id).nextLong(-most, most));
    }

    /// The nodes of a role, in order.
    Map<NodeId, SimulatedNode<?>> nodes(NodeRole role) {
        Map<NodeId, SimulatedNode<?>> found = new LinkedHashMap<>();
        nodes.forEach((id, node) -> {
            if (node.role() == role) {
                found.put(id, node);
            }
        });
        return found;
    }

    Map<NodeId, SimulatedNode<?>> frontends() {
        return nodes(NodeRole.FRONTEND);
    }

    Map<NodeId, SimulatedNode<?>> workers() {
        return nodes(NodeRole.DECODE);
    }

    Map<NodeId, SimulatedNode<?>> prefillWorkers() {
        return nodes(NodeRole.PREFILL);
    }

    /// The nodes of that class that are up.
    <N extends Node> Map<NodeId, N> up(Class<N> type) {
        Map<NodeId, N> found = new LinkedHashMap<>();
        nodes.forEach((id, node) -> node.life()
                .filter(life -> type.isInstance(life.node()))
                .ifPresent(life -> found.put(id, type.cast(life.node()))));
        return found;
    }

    /// All that can be stopped, frozen and cut off: store, frontends, workers ...
    List<SimulatedNode<?>> all() {
        return List.copyOf(nodes.values());
    }

    /// Whether it is one that faults may act on; the store is not.
    boolean isProcess(NodeId id) {
        return nodes.containsKey(id) && !id.equals(STORE);
    }

    SimulatedNode<?> node(NodeId id) {
        SimulatedNode<?> node = id.equals(CLIENTS) ? clients : nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("there is no node named '" + id + "'");
        }
        return node;
    }

    private <N extends Node> SimulatedNode<N> node(NodeId id, NodeRole role, Maker<N> maker) {
        return new SimulatedNode<>(id, role, network, this::loop, events.sinkFor(id), maker, park::exited);
    }

    private FrontendNode frontend(NodeId id, int life, SimulatedLoop loop, NetworkPort port) {
        NodeServices services = services(id, life, loop, port);
        FrontendNode frontend =
                new FrontendNode(services, parts.frontend(config.frontend()), own -> parts.routing(own, engines));
        FrontendPort door = parts.port(frontend, services);
        new ApiGateway(id, loop, door, watch.suite()).listen(port);
        return frontend;
    }

    private RouterNode router(NodeId id, int life, SimulatedLoop loop, NetworkPort port) {
        return new RouterNode(
                services(id, life, loop, port), config.cluster().router(), parts.sight(CacheSight.INDEX, engines));
    }

    private WorkerNode worker(NodeId id, int life, SimulatedLoop loop, NetworkPort port) {
        NothingRunsOn.WatchedEngine watched = watch.engineOf(id, 0);
        return new WorkerNode(
                services(id, life, loop, port),
                parts.worker(config.worker()),
                (engineLoop, listener, kv) -> engines.make(id, watched, engineLoop, listener, kv));
    }

    private PrefillWorkerNode prefillWorker(NodeId id, int life, SimulatedLoop loop, NetworkPort port) {
        // Word of a request's end may not reach it at all; then it stops when nobody waits any more.
        NothingRunsOn.WatchedEngine watched =
                watch.engineOf(id, config.cluster().prefill().patienceNanos());
        return new PrefillWorkerNode(
                services(id, life, loop, port),
                config.worker(),
                (engineLoop, listener, kv) -> engines.make(id, watched, engineLoop, listener, kv));
    }

    private PlannerNode planner(NodeId id, int life, SimulatedLoop loop, NetworkPort port) {
        return new PlannerNode(
                services(id, life, loop, port),
                parts.planner(config.cluster().orchestration().planner()),
                config.worker().namespace(),
                config.worker().lease(),
                config.cluster().managed());
    }

    private OrchestratorNode orchestrator(NodeId id, int life, SimulatedLoop loop, NetworkPort port) {
        return new OrchestratorNode(
                services(id, life, loop, port),
                config.cluster().orchestration(),
                parts.launcher(park.launcherFor(loop)),
                config.worker().namespace(),
                config.cluster().managed());
    }

    /// What the machines do with processes.
    private final class Processes implements ProcessHost {
        @Override
        public ProcessState state(NodeId process) {
            return isProcess(process) ? node(process).state() : ProcessState.UNKNOWN;
        }

        @Override
        public void start(NodeId process, NodeRole role) {
            SimulatedNode<?> node = isProcess(process) ? node(process) : add(process, role);
            node.start();
        }

        @Override
        public void fail(NodeId process, String why) {
            watch.moreThanPrefillDisturbed();
            node(process).fail(why);
        }

        @Override
        public void stop(NodeId process) {
            node(process).stop();
        }

        @Override
        public void kill(NodeId process) {
            watch.moreThanPrefillDisturbed();
            node(process).kill();
        }

        @Override
        public void forget(NodeId process) {
            remove(process);
        }
    }

    private NodeServices services(NodeId id, int life, SimulatedLoop loop, NetworkPort port) {
        KeyValueStore storeClient = store(loop, port);
        WorkQueue queueClient = config.cluster().disaggregates()
                ? SimulatedLink.<QueueRequest, QueueAnswer, QueueClient>client(
                        port,
                        QUEUE,
                        QueueAnswer.class,
                        link -> new QueueClient(loop, link, QueueClientConfig.defaults()))
                : new AbsentQueue(loop);
        return parts.services(new NodeServices(
                id,
                loop,
                random.fork(id.value() + '#' + life),
                new SimulatedTransport(port, Integer.toString(life)),
                storeClient,
                queueClient,
                events.sinkFor(id)));
    }

    /// A node that is there for others.
    private static final class Bystander implements Node {
        private Consumer<NodeExit> ended = _ -> {};

        @Override
        public void start(Consumer<NodeExit> onEnd) {
            // Whoever lives here starts by himself.
            ended = onEnd;
        }

        @Override
        public void stop() {
            ended.accept(NodeExit.stopped("stopped in order"));
        }
    }
}
