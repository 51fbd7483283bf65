package io.faultline.sim.cluster;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.modelled.ModelledEngine;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.NodeControl.ProcessState;
import io.faultline.runtime.frontend.FrontendNode;
import io.faultline.runtime.frontend.FrontendPort.FrontendState;
import io.faultline.runtime.frontend.FrontendPort.InstanceState;
import io.faultline.runtime.router.RouterNode;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.worker.WorkerNode;
import io.faultline.sim.invariant.Invariant.KvPicture;
import io.faultline.sim.invariant.Invariant.RestingCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Says what keeps a cluster from being at rest: a worker that is not registered, a frontend that does not know all
/// of them or sets one aside, a request or a sequence that is under way. Confined to the simulation's thread.
final class RestLook {
    private final Assembly assembly;
    private final Roster roster;
    private final BooleanSupplier clientsAreDone;

    RestLook(Assembly assembly, Roster roster, BooleanSupplier clientsAreDone) {
        this.assembly = assembly;
        this.roster = roster;
        this.clientsAreDone = clientsAreDone;
    }

    /// Something that is not as it is in a cluster at rest.
    record Missing(NodeId node, String what) {}

    /// The first thing that is missing; null at rest.
    @Nullable Missing missing() {
        Missing member = missingMember();
        if (member != null) {
            return member;
        }
        long open = roster.tally().open();
        if (open > 0) {
            return new Missing(Assembly.CLIENTS, open + " requests are still open");
        }
        if (!clientsAreDone.getAsBoolean()) {
            return new Missing(Assembly.CLIENTS, "the clients are not done");
        }
        for (Map.Entry<NodeId, EngineLoad> engine : cluster().engines().entrySet()) {
            if (engine.getValue().running() + engine.getValue().waiting() > 0) {
                return new Missing(engine.getKey(), engine.getKey() + " still works on a sequence");
            }
            boolean keeps = engine.getValue().usedBlocks() > 0
                    && assembly.prefillWorkers().containsKey(engine.getKey());
            if (keeps) {
                return new Missing(engine.getKey(), engine.getKey() + " still keeps blocks for somebody");
            }
        }
        return null;
    }

    /// The first member that is not where it belongs; null when every worker serves every frontend.
    @Nullable Missing missingMember() {
        Missing unmanaged = missingProcess();
        if (unmanaged != null) {
            return unmanaged;
        }
        Missing router = missingRouter();
        if (router != null) {
            return router;
        }
        TreeSet<Long> expected = new TreeSet<>();
        for (NodeId worker : assembly.workers().keySet()) {
            Long instance = roster.instanceOf(worker);
            if (instance == null) {
                return new Missing(worker, worker + " is not registered");
            }
            expected.add(instance);
        }
        for (NodeId prefill : assembly.prefillWorkers().keySet()) {
            if (roster.instanceOf(prefill) == null) {
                return new Missing(prefill, prefill + " is not registered");
            }
        }
        for (Map.Entry<NodeId, FrontendState> frontend : cluster().frontends().entrySet()) {
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

    /// Where there is an orchestrator, it has started what the planner wants, and nothing else.
    private @Nullable Missing missingProcess() {
        NodeId orchestrator = NodeRole.ORCHESTRATOR.nodeId(0);
        for (Map.Entry<NodeRole, Integer> managed : assembly.managed().entrySet()) {
            int wanted = roster.wanted(managed.getKey(), managed.getValue());
            Map<NodeId, SimulatedNode<?>> there = assembly.nodes(managed.getKey());
            if (there.size() != wanted) {
                return new Missing(
                        orchestrator, there.size() + " of " + wanted + " " + managed.getKey() + " are there");
            }
            for (SimulatedNode<?> node : there.values()) {
                if (node.state() != ProcessState.RUNNING) {
                    return new Missing(node.id(), node.id() + " does not run");
                }
            }
        }
        return null;
    }

    private @Nullable Missing missingRouter() {
        Map<NodeId, RouterNode> routers = assembly.up(RouterNode.class);
        for (Map.Entry<NodeId, RouterNode> router : routers.entrySet()) {
            if (!router.getValue().isReady()) {
                return new Missing(router.getKey(), router.getKey() + " is not ready to be asked");
            }
            for (NodeId worker : assembly.workers().keySet()) {
                Long instance = roster.instanceOf(worker);
                if (instance != null && !router.getValue().follows(instance)) {
                    return new Missing(router.getKey(), router.getKey() + " does not hear of the cache of " + worker);
                }
            }
        }
        for (Map.Entry<NodeId, FrontendNode> frontend :
                assembly.up(FrontendNode.class).entrySet()) {
            if (!routers.isEmpty() && frontend.getValue().isFallenBack()) {
                return new Missing(frontend.getKey(), frontend.getKey() + " finds no router");
            }
        }
        return null;
    }

    /// [#cluster] with the routers' pictures of the workers' caches, which take longer to make.
    RestingCluster clusterWithCaches() {
        RestingCluster now = cluster();
        return new RestingCluster(now.engines(), now.frontends(), kvPictures());
    }

    /// What each router that is up says of the cache of each worker that is up, beside the cache.
    private List<KvPicture> kvPictures() {
        List<KvPicture> pictures = new ArrayList<>();
        assembly.up(RouterNode.class)
                .forEach((router, node) -> assembly.up(WorkerNode.class)
                        .keySet()
                        .forEach(worker -> {
                            Long instance = roster.instanceOf(worker);
                            ModelledEngine engine = assembly.engines().modelOf(worker);
                            if (instance != null && engine != null) {
                                pictures.add(new KvPicture(
                                        router, worker, node.blocksOf(instance), engine.reusableBlocks()));
                            }
                        }));
        return pictures;
    }

    /// What the invariants about rest look at.
    RestingCluster cluster() {
        Map<NodeId, EngineLoad> engines = new LinkedHashMap<>();
        for (SimulatedNode<?> node : assembly.all()) {
            Engine engine = assembly.engines().of(node.id());
            if (engine != null && node.life().isPresent()) {
                engines.put(node.id(), engine.load());
            }
        }
        Map<NodeId, FrontendState> frontends = new LinkedHashMap<>();
        assembly.up(FrontendNode.class).forEach((node, frontend) -> frontends.put(node, frontend.state()));
        return new RestingCluster(engines, frontends);
    }
}
