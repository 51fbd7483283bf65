package io.faultline.runtime.host.embedded;

import io.faultline.runtime.admission.AdmissionPort;
import io.faultline.runtime.admission.BusyThresholds;
import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.engine.modelled.ModelledEngine;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.fault.NodeControl;
import io.faultline.runtime.fault.NodeFaultInjector;
import io.faultline.runtime.frontend.FrontendNode;
import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.health.LivenessConfig;
import io.faultline.runtime.health.LivenessWatch;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.history.EventLog;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.host.EventHub;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.InProcessNetwork;
import io.faultline.runtime.host.embedded.EmbeddedProcess.RunningNode;
import io.faultline.runtime.host.queue.EmbeddedQueue;
import io.faultline.runtime.host.store.EmbeddedStore;
import io.faultline.runtime.orchestrator.MachinePark;
import io.faultline.runtime.orchestrator.OrchestratorNode;
import io.faultline.runtime.orchestrator.Platform;
import io.faultline.runtime.planner.PlannerNode;
import io.faultline.runtime.planner.PlannerPort;
import io.faultline.runtime.queue.QueueClientConfig;
import io.faultline.runtime.queue.QueueConfig;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.text.Tokenizer;
import io.faultline.runtime.worker.WorkerNode;
import io.faultline.runtime.worker.WorkerPort;
import io.faultline.runtime.workload.LoadClients;
import io.faultline.runtime.workload.LoadClients.LoadClientsConfig;
import io.faultline.runtime.world.LoadControl;
import io.faultline.runtime.world.World;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/// A whole cluster in this JVM, in real time: store, frontends, decode workers and synthetic clients, each on a
/// loop of its own, and the operator's loop, on which the history is folded. As a [World] it is used on that loop
/// alone; [#start], [#onOperatorLoop] and [#close] may be called from any thread.
public final class EmbeddedCluster implements World, NodeControl, AutoCloseable {
    private static final NodeId OPERATOR = new NodeId("operator");
    private static final NodeId STORE = new NodeId("store");
    private static final NodeId QUEUE = new NodeId("queue");
    private static final NodeId CLIENTS = new NodeId("clients");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    /// What closing leaves to running streams before it stops nodes a second time, and to those before it kills
    /// them.
    private static final long CLOSE_GRACE_NANOS = 5_000_000_000L;

    private final ClusterConfig config;
    private final Tokenizer tokenizer;
    private final RandomSource random;
    private final List<EventExecutor> ownExecutors = new ArrayList<>();
    private final HostLoop operatorLoop;
    private final EventHub hub;
    private final ClusterHistory history = new ClusterHistory(HistoryConfig.defaults());
    private final EventSink operatorEvents;
    private final FaultInjector faults;
    private final LoadControl load;
    private final ProcessTable processes;
    private final MachinePark park;
    private final Roles roles;

    private EmbeddedCluster(ClusterConfig config, Tokenizer tokenizer, long seed) {
        this.config = config;
        this.tokenizer = tokenizer;
        TokenModel tokens = new TokenModel(tokenizer);
        this.random = new RandomSource(seed);
        long origin = System.nanoTime();
        this.operatorLoop = hostLoop(OPERATOR, origin);
        this.hub = new EventHub(operatorLoop);
        this.operatorEvents = hub.sinkFor(OPERATOR, operatorLoop);
        HostLoop storeLoop = hostLoop(STORE, origin);
        EventSink storeEvents = hub.sinkFor(STORE, storeLoop);
        EmbeddedStore store = new EmbeddedStore(storeLoop, storeEvents);
        HostLoop queueLoop = hostLoop(QUEUE, origin);
        EventSink queueEvents = hub.sinkFor(QUEUE, queueLoop);
        EmbeddedQueue queue =
                new EmbeddedQueue(queueLoop, QueueConfig.defaults(), QueueClientConfig.defaults(), queueEvents);
        HostLoop clientLoop = hostLoop(CLIENTS, origin);
        EmbeddedFrontendLink clientLink = new EmbeddedFrontendLink(clientLoop);
        EventSink clientEvents = hub.sinkFor(CLIENTS, clientLoop);
        this.load = new LoopHopLoad(
                clientLoop,
                new LoadClients(
                        clientLoop,
                        random.fork("clients"),
                        clientEvents,
                        clientLink,
                        (prompt, stop, sampling) ->
                                tokens.answer(prompt, stop, sampling).tokens(),
                        LoadClientsConfig.of(config.model(), 256)));
        this.processes = new ProcessTable(new EmbeddedProcess.Surroundings(
                operatorLoop, origin, random, new InProcessNetwork(), store, queue, hub));
        this.park = new MachinePark(operatorLoop, config.orchestration(), processes, operatorEvents);
        processes.onExit((id, how, detail) -> {
            clientLink.ended(id);
            park.exited(id, how, detail);
        });
        LivenessWatch liveness =
                new LivenessWatch(operatorLoop, LivenessConfig.defaults(), processes::probed, operatorEvents);
        this.faults = new NodeFaultInjector(operatorLoop, this, new Platform(park, this::withPlanner), operatorEvents);
        this.roles = new Roles(config, tokenizer, tokens, clientLink, park);
        roles.defineIn(processes);
        operatorLoop.post(() -> {
            hub.subscribe(history);
            storeEvents.emit(new NodeEvent.NodeStarted(NodeRole.STORE));
            if (config.disaggregates()) {
                queueEvents.emit(new NodeEvent.NodeStarted(NodeRole.QUEUE));
            }
            clientEvents.emit(new NodeEvent.NodeStarted(NodeRole.CLIENT));
            park.announce();
            config.members().forEach(m -> processes.add(m.id(), m.role()).start());
            liveness.start();
        });
    }

    private boolean withPlanner(NodeId planner, Consumer<PlannerPort> action) {
        for (RunningNode<PlannerNode> running : processes.running(PlannerNode.class)) {
            if (running.id().equals(planner)) {
                running.loop().post(() -> action.accept(running.node()));
                return true;
            }
        }
        return false;
    }

    /// Starts the cluster; it is ready when its frontends say so.
    /// @param seed of everything random in it; real time makes no two runs equal all the same
    public static EmbeddedCluster start(ClusterConfig config, Tokenizer tokenizer, long seed) {
        return new EmbeddedCluster(config, tokenizer, seed);
    }

    private HostLoop hostLoop(NodeId id, long origin) {
        EventExecutor executor = Roles.executor(id);
        ownExecutors.add(executor);
        return new HostLoop(id.value(), executor, origin, _ -> {});
    }

    /// Runs `task` on the operator's loop, where everything else of this class belongs.
    public void onOperatorLoop(Runnable task) {
        operatorLoop.post(task);
    }

    /// Adds a fold that hears what has happened so far, as far back as the log goes, and then every event as it
    /// comes: nodes start while whoever started the cluster is still making its folds. On the operator's loop.
    public void subscribe(Fold fold) {
        EventLog log = history.log();
        log.from(log.oldest(), Integer.MAX_VALUE).forEach(fold::apply);
        hub.subscribe(fold);
    }

    /// Adds a fold that hears every event from now on: one that acts on what it hears. On the operator's loop.
    public void subscribeFromNow(Fold fold) {
        hub.subscribe(fold);
    }

    public ClusterConfig config() {
        return config;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /// The frontends that run now. On the operator's loop.
    public List<RunningFrontend> runningFrontends() {
        return processes.running(FrontendNode.class).stream()
                .map(f -> new RunningFrontend(f.id(), f.node(), f.node(), f.loop(), (EventLoop) f.executor()))
                .toList();
    }

    /// The workers that run now, for whoever serves their system ports. On the operator's loop.
    public List<RunningWorker> runningWorkers() {
        return processes.running(WorkerNode.class).stream()
                .map(w -> new RunningWorker(w.node(), w.loop()))
                .toList();
    }

    /// @param port to be used on `loop` alone
    public record RunningWorker(WorkerPort port, NodeLoop loop) {}

    /// Ends a node in order, or at once when that is under way. On the operator's loop.
    public void stop(NodeId node) {
        processes.get(node).stop(() -> {});
    }

    /// @param port to be used on `loop` alone
    /// @param admission the same
    /// @param sockets the event loop that is `loop`'s thread
    public record RunningFrontend(
            NodeId id, FrontendPort port, AdmissionPort admission, NodeLoop loop, EventLoop sockets) {}

    /// Uses other busy thresholds on every frontend that runs. From any thread. The answer is false when none
    /// of them knows the model; it never comes when one hangs.
    public CompletableFuture<Boolean> useBusyThresholds(String model, BusyThresholds thresholds, String by) {
        return onEveryFrontend(frontend -> frontend.useBusyThresholds(model, thresholds, by));
    }

    /// Ends a request for an operator, whichever frontend it is on. From any thread. The answer is false when no
    /// frontend that runs has a request of that id; it never comes when one hangs.
    public CompletableFuture<Boolean> cancelRequest(String requestId) {
        return onEveryFrontend(frontend -> frontend.cancel(requestId, StopReason.OPERATOR));
    }

    /// Leaves a machine alone from now on, or lets it be used again. From any thread. The answer is false when there is
    /// no such machine, no orchestrator runs, or the store did not take it.
    public CompletableFuture<Boolean> cordon(String machine, boolean cordoned, String by) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        operatorLoop.post(() -> {
            List<RunningNode<OrchestratorNode>> running = processes.running(OrchestratorNode.class);
            if (running.isEmpty()) {
                answer.complete(false);
                return;
            }
            RunningNode<OrchestratorNode> orchestrator = running.getFirst();
            orchestrator.loop().post(() -> {
                if (cordoned) {
                    orchestrator.node().cordon(machine, by, answer::complete);
                } else {
                    orchestrator.node().uncordon(machine, by, answer::complete);
                }
            });
        });
        return answer;
    }

    private CompletableFuture<Boolean> onEveryFrontend(Predicate<FrontendNode> action) {
        CompletableFuture<Boolean> found = new CompletableFuture<>();
        operatorLoop.post(() -> {
            List<CompletableFuture<Boolean>> answers = new ArrayList<>();
            for (RunningNode<FrontendNode> frontend : processes.running(FrontendNode.class)) {
                CompletableFuture<Boolean> answer = new CompletableFuture<>();
                answers.add(answer);
                frontend.loop().post(() -> answer.complete(action.test(frontend.node())));
            }
            CompletableFuture<Void> _ = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .thenRun(() -> found.complete(answers.stream().anyMatch(CompletableFuture::join)));
        });
        return found;
    }

    // ---- World

    @Override
    public String kind() {
        return "embedded";
    }

    @Override
    public NodeLoop loop() {
        return operatorLoop;
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
        return operatorEvents;
    }

    @Override
    public FaultInjector faults() {
        return faults;
    }

    @Override
    public LoadControl load() {
        return load;
    }

    // ---- NodeControl

    @Override
    public ProcessState state(NodeId node) {
        return processes.state(node);
    }

    @Override
    public boolean hasEngine(NodeId node) {
        return roles.engine(node) != null;
    }

    @Override
    public void kill(NodeId node) {
        processes.get(node).kill();
    }

    @Override
    public void start(NodeId node) {
        EmbeddedProcess<?> process = processes.get(node);
        if (config.manages(process.role())) {
            park.startByHand(node);
        } else {
            process.start();
        }
    }

    @Override
    public void freeze(NodeId node) {
        processes.get(node).freeze();
    }

    @Override
    public void thaw(NodeId node) {
        processes.get(node).thaw();
    }

    @Override
    public void disturbEngine(NodeId node, EngineCondition condition) {
        ModelledEngine engine = roles.engine(node);
        if (engine != null) {
            processes.get(node).running().ifPresent(w -> w.loop().post(() -> engine.become(condition)));
        }
    }

    /// Ends everything at once and in disorder; waits for it.
    public void kill() {
        CompletableFuture<Void> killed = new CompletableFuture<>();
        operatorLoop.post(() -> {
            park.close();
            processes.all().forEach(EmbeddedProcess::kill);
            killed.complete(null);
        });
        killed.join();
        endExecutors();
    }

    /// Stops everything in order: first the frontends, which let running streams end for a moment, then the
    /// others, then the store. What does not stop in time is stopped at once, and killed if that does not help.
    @Override
    public void close() {
        CountDownLatch down = new CountDownLatch(1);
        operatorLoop.post(() -> {
            faults.recoverAll("shutdown");
            park.close();
            stopAll(processes.all(NodeRole.FRONTEND), () -> stopAll(processes.all(), down::countDown));
        });
        try {
            if (!down.await(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LoggerFactory.getLogger(EmbeddedCluster.class).warn("not all nodes stopped within {}", STOP_LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        endExecutors();
    }

    private void endExecutors() {
        for (EventExecutor executor : ownExecutors) {
            Future<?> _ = executor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private void stopAll(List<EmbeddedProcess<?>> stopping, Runnable then) {
        int[] left = {stopping.size()};
        Runnable oneLess = () -> {
            if (--left[0] == 0) {
                then.run();
            }
        };
        stopping.forEach(p -> p.stop(oneLess));
        operatorLoop.after(CLOSE_GRACE_NANOS, () -> stopping.forEach(p -> p.stop(() -> {})));
        operatorLoop.after(2 * CLOSE_GRACE_NANOS, () -> stopping.forEach(EmbeddedProcess::kill));
    }
}
