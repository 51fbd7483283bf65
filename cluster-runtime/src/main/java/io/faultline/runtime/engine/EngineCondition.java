package io.faultline.runtime.engine;

import io.faultline.runtime.seam.Invariants;

/// What a fault has done to an engine that can play it.
public sealed interface EngineCondition {
    /// As it should be.
    record Sound() implements EngineCondition {}

    /// Every iteration takes `factor` times as long: a device that throttles, a link that retries.
    record Slowed(double factor) implements EngineCondition {
        public Slowed {
            Invariants.check(factor >= 1 && factor <= FACTOR_MAX, "a factor is 1 to %s, not %s", FACTOR_MAX, factor);
        }
    }

    /// It stands still for ever once some sequence has got this many tokens more; with 0 at once. Sequences can still
    /// be cancelled, and when those that hold it up are, it goes on as far again. That is the engine that answers
    /// every question with its first token and then nothing.
    record Frozen(int afterTokens) implements EngineCondition {
        public Frozen {
            Invariants.check(afterTokens >= 0, "an engine freezes after at least 0 tokens, not %s", afterTokens);
        }
    }

    /// It is dead and knows it. There is no way back but a new process.
    record Crashed(String why) implements EngineCondition {}

    /// Slower than this is standing still.
    double FACTOR_MAX = 1_000;
}
