package io.faultline.runtime.worker;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.seam.NodeLoop;

/// Makes the engine once the worker, which listens to it, exists.
public interface EngineFactory {
    /// @param kv is to hear what the engine's cache holds
    Engine create(NodeLoop loop, EngineListener listener, KvCacheListener kv);
}
