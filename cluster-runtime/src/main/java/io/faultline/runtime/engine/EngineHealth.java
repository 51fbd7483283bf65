package io.faultline.runtime.engine;

/// What an engine knows about itself. An engine that stands still is alive by its own word: only a canary tells.
public sealed interface EngineHealth {
    record Alive() implements EngineHealth {}

    /// It will never answer again. `why` is one line for people.
    record Dead(String why) implements EngineHealth {}
}
