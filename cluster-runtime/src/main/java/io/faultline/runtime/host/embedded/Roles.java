package io.faultline.runtime.host.embedded;

import io.faultline.runtime.config.ClusterConfig;
import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.engine.modelled.ModelledEngine;
import io.faultline.runtime.engine.modelled.TokenModel;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.frontend.FrontendNode;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.host.embedded.EmbeddedProcess.Blueprint;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.orchestrator.MachinePark;
import io.faultline.runtime.orchestrator.OrchestratorNode;
import io.faultline.runtime.planner.PlannerNode;
import io.faultline.runtime.router.RouterNode;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.text.Tokenizer;
import io.faultline.runtime.worker.PrefillWorkerNode;
import io.faultline.runtime.worker.WorkerNode;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a node of each role is made of in this JVM. Confined to the operator's loop, on which nodes are made.
final class Roles {
    private final ClusterConfig config;
    private final Tokenizer tokenizer;
    private final TokenModel tokens;
    private final EmbeddedFrontendLink clients;
    private final MachinePark park;
    /// Of each worker's last start; an engine itself belongs to its worker's loop.
    private final Map<NodeId, ModelledEngine> engines = new LinkedHashMap<>();

    Roles(
            ClusterConfig config,
            Tokenizer tokenizer,
            TokenModel tokens,
            EmbeddedFrontendLink clients,
            MachinePark park) {
        this.config = config;
        this.tokenizer = tokenizer;
        this.tokens = tokens;
        this.clients = clients;
        this.park = park;
    }

    void defineIn(ProcessTable processes) {
        processes.define(
                NodeRole.FRONTEND,
                _ -> new Blueprint<>(
                        Roles::ioLoop,
                        services -> new FrontendNode(services, config.frontend(tokenizer)),
                        f -> clients.add(f.id(), f.loop(), f.node())));
        processes.define(
                NodeRole.DECODE,
                id -> new Blueprint<>(
                        () -> executor(id),
                        services -> new WorkerNode(
                                services, config.worker(), (loop, listener, kv) -> engine(id, loop, listener, kv))));
        processes.define(
                NodeRole.PREFILL,
                id -> new Blueprint<>(
                        () -> executor(id),
                        services -> new PrefillWorkerNode(
                                services, config.worker(), (loop, listener, kv) -> engine(id, loop, listener, kv))));
        processes.define(
                NodeRole.ROUTER,
                id -> new Blueprint<>(() -> executor(id), services -> new RouterNode(services, config.router())));
        processes.define(
                NodeRole.PLANNER,
                id -> new Blueprint<>(
                        () -> executor(id),
                        services -> new PlannerNode(
                                services,
                                config.orchestration().planner(),
                                config.worker().namespace(),
                                config.worker().lease(),
                                config.managed())));
        processes.define(
                NodeRole.ORCHESTRATOR,
                id -> new Blueprint<>(
                        () -> executor(id),
                        services -> new OrchestratorNode(
                                services,
                                config.orchestration(),
                                park.launcherFor(services.loop()),
                                config.worker().namespace(),
                                config.managed())));
    }

    private Engine engine(NodeId worker, NodeLoop loop, EngineListener listener, KvCacheListener kv) {
        ModelledEngine engine = new ModelledEngine(loop, listener, config.engine(tokens), kv);
        engines.put(worker, engine);
        return engine;
    }

    /// The engine of a worker's last start, to be used on the worker's loop alone; null when it had none.
    @Nullable ModelledEngine engine(NodeId worker) {
        return engines.get(worker);
    }

    /// A thread of a node's own.
    static EventExecutor executor(NodeId id) {
        return new DefaultEventLoop(new DefaultThreadFactory(id.value(), true));
    }

    /// A frontend's loop also serves its sockets, so that a token goes from the worker's frame to the client's
    /// socket without changing threads.
    private static EventExecutor ioLoop() {
        return SocketIo.best().loop("frontend");
    }
}
