package io.faultline.runtime.worker;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How a worker stops.
///
/// @param handsOver true = running streams that can be moved are handed over as soon as the worker has left
///     discovery, which is right when the frontends migrate (`--migration-limit` above 0), and the others may end
///     first; false = all may
/// @param leaveNanos longest wait for the store's word that the worker has left discovery; default 1 s. A store that
///     is away must not hold a worker up; its lease runs out by itself
/// @param graceNanos longest time for streams to end (`DYN_WORKER_GRACEFUL_SHUTDOWN_TIMEOUT`); default 30 s. Those
///     that are left are handed over
/// @param cleanupNanos longest time for the engine to free what it holds; default 30 s
@RecordBuilder
public record ShutdownConfig(boolean handsOver, long leaveNanos, long graceNanos, long cleanupNanos)
        implements ShutdownConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public ShutdownConfig {
        Invariants.check(leaveNanos >= 0 && graceNanos >= 0 && cleanupNanos >= 0, "a wait is at least 0 ns");
    }

    public static ShutdownConfig handingOver() {
        return new ShutdownConfig(true, SECOND, 30 * SECOND, 30 * SECOND);
    }

    public static ShutdownConfig draining() {
        return new ShutdownConfig(false, SECOND, 30 * SECOND, 30 * SECOND);
    }
}
