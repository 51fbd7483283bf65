package io.faultline.sim.cluster;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.engine.modelled.ModelledEngine;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.sim.invariant.NothingRunsOn;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The engines of a cluster's workers, each of its worker's last life, and what is truly in their caches.
final class Engines implements Parts.Caches {
    private final SimulationConfig config;
    private final Parts parts;
    private final Watch watch;
    private final Map<NodeId, Engine> engines = new LinkedHashMap<>();
    private final Map<NodeId, ModelledEngine> models = new LinkedHashMap<>();

    Engines(SimulationConfig config, Parts parts, Watch watch) {
        this.config = config;
        this.parts = parts;
        this.watch = watch;
    }

    Engine make(
            NodeId worker,
            NothingRunsOn.WatchedEngine watched,
            NodeLoop loop,
            EngineListener listener,
            KvCacheListener kv) {
        ModelledEngine modelled = new ModelledEngine(
                loop, parts.engineListener(watched.listener(listener)), config.engine(), parts.kvListener(kv));
        models.put(worker, modelled);
        Engine engine = parts.engine(modelled);
        engines.put(worker, engine);
        return watched.engine(engine);
    }

    /// As its worker sees it; null when the worker was never started.
    @Nullable Engine of(NodeId worker) {
        return engines.get(worker);
    }

    /// The model inside it.
    @Nullable ModelledEngine modelOf(NodeId worker) {
        return models.get(worker);
    }

    @Override
    public int cachedTokens(long instance, int[] prompt) {
        ModelledEngine engine = modelOf(instance);
        return engine == null ? 0 : engine.cachedTokens(prompt);
    }

    @Override
    public int cachedBlocks(long instance, long[] prompt) {
        ModelledEngine engine = modelOf(instance);
        return engine == null ? 0 : engine.cachedBlocks(prompt);
    }

    private @Nullable ModelledEngine modelOf(long instance) {
        for (Map.Entry<NodeId, ModelledEngine> model : models.entrySet()) {
            Long registered = watch.roster().instanceOf(model.getKey());
            if (registered != null && registered == instance) {
                return model.getValue();
            }
        }
        return null;
    }
}
