package io.faultline.runtime.worker;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineListener;
import io.faultline.runtime.seam.NodeLoop;

/// Makes the engine once the worker, which listens to it, exists.
public interface EngineFactory {
    Engine create(NodeLoop loop, EngineListener listener);
}
