package io.faultline.runtime.host.process;

import io.faultline.runtime.engine.modelled.ModelledEngine;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.RoutingEvent;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.frontend.FrontendNode;
import io.faultline.runtime.host.http.HttpFrontend;
import io.faultline.runtime.host.http.StartResult;
import io.faultline.runtime.host.http.SystemServer;
import io.faultline.runtime.host.metrics.MetricsConfig;
import io.faultline.runtime.host.metrics.PrometheusFold;
import io.faultline.runtime.router.RouterNode;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.text.BpeTokenizer;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.worker.WorkerNode;
import io.faultline.runtime.worker.WorkerPort;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// One node in this process, from its start to its end. The node is the same as in every other world; this class
/// gives it its surroundings and passes on what the process is told. Thread-safe.
public final class NodeProcess {
    /// What may take longer than the node's own grace: closing sockets, files and the connection to etcd.
    private static final long OVERTIME_NANOS = 15_000_000_000L;

    private final ProcessRole role;
    private final ProcessServices services;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final CompletableFuture<NodeExit> ended = new CompletableFuture<>();
    private final AtomicInteger stops = new AtomicInteger();
    private final long graceNanos;
    /// Responses that had to be ended when the grace period was over.
    private volatile int cutShort;
    /// Asks the node to stop in order, and what stands before it.
    private Runnable inOrder = () -> {};
    private Runnable atOnce = () -> {};
    /// Ends what answers for the node until it has ended.
    private Supplier<CompletableFuture<Void>> afterwards = () -> CompletableFuture.completedFuture(null);

    private NodeProcess(NodeId id, ProcessSettings settings) {
        this.role = settings.role();
        this.graceNanos = grace(settings);
        this.services = new ProcessServices(id, settings, broken -> end(NodeExit.failed("a task failed: " + broken)));
    }

    /// Starts the node of the settings' role.
    /// @throws CannotStart when etcd does not answer, a port is in use, or a file cannot be written
    public static NodeProcess start(ProcessSettings settings) throws CannotStart {
        String name = settings.text(Setting.NAME);
        NodeId id = new NodeId(
                name.isEmpty()
                        ? settings.role().command()
                                + '-'
                                + ProcessHandle.current().pid()
                        : name);
        NodeProcess process = new NodeProcess(id, settings);
        try {
            process.services.subscribe(new NodeLog());
            process.services.open(settings);
            switch (settings.role()) {
                case FRONTEND -> process.startFrontend(settings);
                case DECODE -> process.startWorker(settings);
                case ROUTER -> process.startRouter(settings);
            }
        } catch (CannotStart e) {
            process.services.close().join();
            throw e;
        }
        return process;
    }

    private static long grace(ProcessSettings settings) {
        return switch (settings.role()) {
            case FRONTEND -> settings.nanos(Setting.API_GRACE);
            case DECODE -> settings.nanos(Setting.WORKER_GRACE);
            case ROUTER -> ProcessConfig.router(settings).leaveNanos();
        };
    }

    private void startFrontend(ProcessSettings settings) throws CannotStart {
        PrometheusFold metrics = new PrometheusFold(metrics(settings));
        services.subscribe(metrics);
        FrontendConfig config = ProcessConfig.frontend(settings, BpeTokenizer.cl100kBase());
        FrontendNode node = new FrontendNode(frontendServices(settings), config);
        HttpFrontend http =
                new HttpFrontend(ProcessConfig.api(settings), node, node, services.loop(), metrics, services.sockets());
        inOrder = () -> {
            var _ = http.stop(graceNanos).thenAccept(cut -> {
                cutShort = cut;
                services.loop().post(node::stop);
            });
        };
        atOnce = () -> {
            var _ = http.kill();
            services.loop().post(node::stop);
            services.loop().post(node::stop);
        };
        switch (http.start()) {
            case StartResult.Listening(int port) ->
                ready.complete("frontend ready: http://" + Endpoints.hostPort(settings.host(Setting.API_HOST), port));
            case StartResult.Refused(String message) -> throw new CannotStart(message);
        }
        begin(node);
    }

    private static MetricsConfig metrics(ProcessSettings settings) {
        return MetricsConfig.defaults().with(b -> b.namespace(settings.text(Setting.NAMESPACE)));
    }

    private NodeServices frontendServices(ProcessSettings settings) {
        if (settings.text(Setting.DETECTION).equals("streams")) {
            return services.node();
        }
        LeaseOnlyTransport deaf = new LeaseOnlyTransport(services.transport());
        NodeServices node = services.node(deaf);
        EventSink events = record -> {
            node.events().emit(record);
            if (record instanceof DiscoveryEvent.InstanceSeen seen && !seen.present()) {
                node.loop().post(deaf::release);
            }
        };
        return node.with(b -> b.transport(deaf).events(events));
    }

    private void startWorker(ProcessSettings settings) throws CannotStart {
        Address address = bind();
        TokenModel tokens = new TokenModel(BpeTokenizer.cl100kBase());
        PrometheusFold metrics = new PrometheusFold(metrics(settings));
        services.subscribe(metrics);
        CompletableFuture<ModelledEngine> made = new CompletableFuture<>();
        WorkerNode node = new WorkerNode(services.node(), ProcessConfig.worker(settings), (loop, listener, kv) -> {
            ModelledEngine engine = new ModelledEngine(loop, listener, ProcessConfig.engine(settings, tokens), kv);
            made.complete(engine);
            return engine;
        });
        SystemServer system = new SystemServer(ProcessConfig.system(settings), node, services.loop(), metrics);
        if (settings.isTrue(Setting.FAULT_INJECTION)) {
            system.takingFaults(services.id(), services.faults(c -> made.join().become(c)), services.operatorLoop());
        }
        int systemPort = open(system);
        services.subscribe(event -> {
            if (event.record() instanceof DiscoveryEvent.InstanceRegistered registered) {
                sayReady("decode worker", registered.instance(), address, systemPort);
            }
        });
        beginServing(node);
    }

    private void startRouter(ProcessSettings settings) throws CannotStart {
        Address address = bind();
        PrometheusFold metrics = new PrometheusFold(metrics(settings));
        services.subscribe(metrics);
        RouterNode node = new RouterNode(services.node(), ProcessConfig.router(settings));
        SystemServer system =
                new SystemServer(ProcessConfig.system(settings), routerPort(node), services.loop(), metrics);
        int systemPort = open(system);
        services.subscribe(event -> {
            if (event.record() instanceof RoutingEvent.RouterReady now) {
                sayReady("router", now.instance(), address, systemPort);
            }
        });
        beginServing(node);
    }

    /// A router takes questions once it knows the workers' caches.
    private WorkerPort routerPort(RouterNode node) {
        long startedNanos = services.loop().now();
        return () -> new WorkerPort.WorkerState(
                node.isReady() ? WorkerPort.Stage.READY : WorkerPort.Stage.STARTING,
                node.isReady(),
                true,
                "",
                RouterNode.ENDPOINT,
                node.sequences(),
                services.loop().now() - startedNanos);
    }

    /// @return the port that it listens on
    private int open(SystemServer system) throws CannotStart {
        afterwards = system::stop;
        return switch (system.start()) {
            case StartResult.Listening(int port) -> port;
            case StartResult.Refused(String message) -> throw new CannotStart(message);
        };
    }

    private void sayReady(String what, long instance, Address address, int systemPort) {
        ready.complete(
                what + ' ' + Long.toUnsignedString(instance) + " ready at " + address + ", system port " + systemPort);
    }

    /// Of a node that has no API before it.
    private void beginServing(Node node) {
        inOrder = () -> services.loop().post(node::stop);
        atOnce = inOrder;
        begin(node);
    }

    private Address bind() throws CannotStart {
        try {
            return services.transport().bind();
        } catch (IOException e) {
            throw new CannotStart(e.getMessage() + "; choose another with --rpc-host and --rpc-port");
        }
    }

    private void begin(Node node) {
        services.operatorEvents().emit(new NodeEvent.NodeStarted(role.node()));
        services.loop().post(() -> node.start(this::end));
    }

    /// Completes with one line for people when the node can be used; never when that does not come to pass.
    public CompletableFuture<String> ready() {
        return ready.copy();
    }

    /// Completes when the node has ended and everything is given back.
    public CompletableFuture<NodeExit> ended() {
        return ended.copy();
    }

    /// Ends the node in order, in bounded time; called again, at once.
    public void stop() {
        if (stops.getAndIncrement() > 0) {
            atOnce.run();
            return;
        }
        inOrder.run();
        CompletableFuture.delayedExecutor(graceNanos + OVERTIME_NANOS, TimeUnit.NANOSECONDS)
                .execute(() -> ended.complete(NodeExit.forced("it did not stop within its grace period")));
    }

    private void end(NodeExit ofNode) {
        NodeExit exit = ofNode.code() == 0 && cutShort > 0
                ? NodeExit.forced(ofNode.reason() + "; " + cutShort + (cutShort == 1 ? " response" : " responses")
                        + " cut short at the end of the grace period")
                : ofNode;
        services.operatorEvents().emit(new NodeEvent.NodeStopped(exit.how(), exit.reason()));
        var _ = afterwards
                .get()
                .completeOnTimeout(null, OVERTIME_NANOS, TimeUnit.NANOSECONDS)
                .thenCompose(_ -> services.close())
                .whenComplete((_, _) -> ended.complete(exit));
    }
}
