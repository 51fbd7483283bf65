package io.faultline.runtime.host.process;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.history.ScalingSnapshot;
import io.faultline.runtime.host.EventHub;
import io.faultline.runtime.host.HostLoop;
import io.faultline.runtime.host.InProcessNetwork;
import io.faultline.runtime.host.store.EtcdConnection;
import io.faultline.runtime.host.store.EtcdStore;
import io.faultline.runtime.host.store.EtcdStoreConfig;
import io.faultline.runtime.orchestrator.MachinePark;
import io.faultline.runtime.orchestrator.OrchestrationConfig;
import io.faultline.runtime.orchestrator.OrchestratorNode;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The orchestrator of a distributed cluster on one machine: what the store says should run, runs as children of this
/// process, and is started again when it ends. The same [OrchestratorNode] as in the other worlds; its machines are
/// slots on this one. Closing kills the children. Thread-safe.
public final class LocalOrchestrator implements AutoCloseable {
    private static final NodeId ORCHESTRATOR = NodeRole.ORCHESTRATOR.nodeId(0);
    private static final NodeId OPERATOR = new NodeId("operator");
    private static final long ORIGIN = 0;

    private final DefaultEventLoop nodeThread = thread(ORCHESTRATOR);
    private final DefaultEventLoop operatorThread = thread(OPERATOR);
    private final HostLoop operator = new HostLoop(OPERATOR.value(), operatorThread, ORIGIN, _ -> {});
    private final HostLoop loop = new HostLoop(ORCHESTRATOR.value(), nodeThread, ORIGIN, _ -> {});
    private final ClusterHistory history = new ClusterHistory(HistoryConfig.defaults());
    private final EtcdConnection etcd;
    private final ChildProcesses children;
    private final MachinePark park;
    private final OrchestratorNode node;
    /// Nothing may outlive this process, however it ends.
    private final Thread onExit = new Thread(this::killAll, "end of children");

    /// @param etcd where the store is
    /// @param namespace of the cluster
    /// @param config machines, and how they are used
    /// @param wanted how many of each role run before anybody wrote targets
    /// @param settings of each role's processes, besides name, etcd and namespace
    /// @param javaOptions of their JVMs
    /// @param folder for their logs
    public record Plan(
            URI etcd,
            String namespace,
            OrchestrationConfig config,
            Map<NodeRole, Integer> wanted,
            Map<ProcessRole, Map<Setting, String>> settings,
            List<String> javaOptions,
            Path folder) {}

    private LocalOrchestrator(Plan plan) {
        EventHub hub = new EventHub(operator);
        this.etcd = EtcdConnection.open(List.of(plan.etcd), EtcdStoreConfig.defaults());
        this.children = new ChildProcesses(
                operator, new ChildProcesses.Plan(settings(plan), plan.javaOptions, plan.folder), this::exited);
        this.park = new MachinePark(operator, plan.config, children, hub.sinkFor(OPERATOR, operator));
        KeyValueStore store = new OneNamespace(new EtcdStore(etcd, loop), plan.namespace);
        NodeServices services = new NodeServices(
                ORCHESTRATOR,
                loop,
                new RandomSource(System.nanoTime()),
                // It talks to nobody but the store.
                new InProcessNetwork().transportFor(ORCHESTRATOR.value(), loop),
                store,
                hub.sinkFor(ORCHESTRATOR, loop));
        this.node = new OrchestratorNode(services, plan.config, park.launcherFor(loop), plan.namespace, plan.wanted);
        operator.post(() -> {
            hub.subscribe(history);
            hub.sinkFor(ORCHESTRATOR, operator).emit(new NodeEvent.NodeStarted(NodeRole.ORCHESTRATOR));
            park.announce();
        });
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    private static DefaultEventLoop thread(NodeId of) {
        return new DefaultEventLoop(new DefaultThreadFactory(of.value(), true));
    }

    private static Map<ProcessRole, Map<Setting, String>> settings(Plan plan) {
        Map<ProcessRole, Map<Setting, String>> all = new EnumMap<>(ProcessRole.class);
        for (ProcessRole role : ProcessRole.values()) {
            Map<Setting, String> of = new EnumMap<>(Setting.class);
            of.putAll(plan.settings.getOrDefault(role, Map.of()));
            of.put(Setting.ETCD, plan.etcd.toString());
            of.put(Setting.NAMESPACE, plan.namespace);
            all.put(role, of);
        }
        return all;
    }

    /// Begins to run what is wanted.
    public static LocalOrchestrator start(Plan plan) {
        LocalOrchestrator orchestrator = new LocalOrchestrator(plan);
        orchestrator.loop.post(() -> orchestrator.node.start(_ -> {}));
        return orchestrator;
    }

    private void exited(NodeId process, StopKind how, String detail) {
        park.exited(process, how, detail);
    }

    /// The process of that name, if it runs now.
    public Optional<ChildProcess> process(NodeId id) {
        return ask(() -> children.running(id));
    }

    /// Machines, what runs on them, and what was started again.
    public ScalingSnapshot scaling() {
        return ask(history::scaling);
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        operator.post(() -> answer.complete(question.get()));
        return answer.join();
    }

    private void killAll() {
        ask(() -> {
                    park.close();
                    return children.all();
                })
                .forEach(ChildProcess::close);
    }

    @Override
    public void close() {
        killAll();
        loop.post(node::stop);
        loop.post(loop::kill);
        etcd.close();
        var _ = nodeThread.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        var _ = operatorThread.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException _) {
            // This process is ending.
        }
    }
}
