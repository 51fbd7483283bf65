package io.faultline.sim.cluster;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.frontend.FrontendConfig;
import io.faultline.runtime.frontend.FrontendPort;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.orchestrator.Launcher;
import io.faultline.runtime.planner.PlannerConfig;
import io.faultline.runtime.router.CacheSight;
import io.faultline.runtime.routing.RoutingPolicy;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.worker.WorkerConfig;

/// What nodes are made of. The default is the runtime's own; tests exchange a part for one with a planted bug, to
/// see that the invariants find it.
public interface Parts {
    /// All parts as they are.
    Parts PRODUCTION = new Parts() {};

    /// The seams of one life of a node.
    default NodeServices services(NodeServices own) {
        return own;
    }

    /// How the planner is set up.
    default PlannerConfig planner(PlannerConfig own) {
        return own;
    }

    /// The orchestrator's hands.
    default Launcher launcher(Launcher own) {
        return own;
    }

    /// How frontends are set up; the invariants go by the configuration that is changed here.
    default FrontendConfig frontend(FrontendConfig own) {
        return own;
    }

    /// How workers are set up.
    default WorkerConfig worker(WorkerConfig own) {
        return own;
    }

    /// What a frontend offers to its clients.
    default FrontendPort port(FrontendPort own, NodeServices services) {
        return own;
    }

    /// What an engine tells its worker.
    default EngineListener engineListener(EngineListener own) {
        return own;
    }

    /// What hears a worker's KV cache.
    default KvCacheListener kvListener(KvCacheListener own) {
        return own;
    }

    /// How a frontend chooses a worker without a router.
    default RoutingPolicy routing(RoutingPolicy own, Caches caches) {
        return own;
    }

    /// What a router sees of the workers' caches.
    default CacheSight sight(CacheSight own, Caches caches) {
        return own;
    }

    /// What nobody in a cluster can know at once: the caches of all workers as they are.
    interface Caches {
        /// Tokens of a prompt that an instance would find in its cache now.
        int cachedTokens(long instance, int[] prompt);

        /// Leading blocks of a prompt that it would find.
        int cachedBlocks(long instance, long[] prompt);
    }

    /// A worker's engine.
    default Engine engine(Engine own) {
        return own;
    }
}
