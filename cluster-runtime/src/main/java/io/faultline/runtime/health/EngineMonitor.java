package io.faultline.runtime.health;

import io.faultline.runtime.engine.Engine;
import io.faultline.runtime.engine.EngineHealth;
import io.faultline.runtime.seam.NodeLoop;
import java.util.function.Consumer;

/// Asks the engine every now and then whether it is alive, and tells once when it is not. Confined to the worker's
/// loop.
public final class EngineMonitor {
    private final NodeLoop loop;
    private final long periodNanos;
    private final Engine engine;
    private final Consumer<String> onDeath;
    private NodeLoop.Timer timer = () -> {};

    /// @param onDeath hears what the engine died of
    public EngineMonitor(NodeLoop loop, HealthCheckConfig config, Engine engine, Consumer<String> onDeath) {
        this.loop = loop;
        this.periodNanos = config.engineCheckNanos();
        this.engine = engine;
        this.onDeath = onDeath;
    }

    public void start() {
        timer = loop.after(periodNanos, this::ask);
    }

    public void stop() {
        timer.cancel();
    }

    private void ask() {
        switch (engine.health()) {
            case EngineHealth.Alive _ -> start();
            case EngineHealth.Dead(String why) -> onDeath.accept(why);
        }
    }
}
