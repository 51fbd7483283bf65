package io.faultline.runtime.event;

/// What workers find out about themselves.
public sealed interface HealthEvent extends EventRecord {
    /// A worker's verdict on itself changed.
    /// @param instance as it was registered when the verdict changed; 0 = not registered
    /// @param check what found it
    /// @param evidence what was seen, for people
    record HealthChanged(long instance, WorkerHealth health, HealthCheck check, String evidence)
            implements HealthEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(health).add(check).add(evidence);
        }
    }

    enum WorkerHealth {
        HEALTHY,
        /// Its engine does not answer as it should; it may recover.
        UNHEALTHY,
        /// Its engine is dead; only a new process helps.
        DEAD
    }

    enum HealthCheck {
        /// A small request through the engine.
        CANARY,
        /// The engine's own word.
        ENGINE
    }

    /// A canary came to its end.
    /// @param nanos from its submission to its last token, or to the verdict
    /// @param detail what was missing when it failed, otherwise empty
    record CanaryEnded(long instance, boolean passed, long nanos, String detail) implements HealthEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(passed).add(nanos).add(detail);
        }
    }
}
