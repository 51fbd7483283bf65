package io.faultline.runtime.transport;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// Timing of the request plane.
///
/// @param heartbeatNanos longest silence of a worker that has open streams; default 100 ms. Shorter finds a frozen
///     peer sooner and costs more frames
/// @param silenceNanos silence after which a client gives a peer up; default 350 ms, at least three heartbeats, so
///     that two lost or late ones are no failure
/// @param allowanceNanos most that is added to it when the peer's loop or the client's own was late a short while
///     ago, as on a machine that is too busy; default 350 ms
/// @param lookNanos how often a client looks whether it is on time itself while a peer is silent for longer than a
///     heartbeat; default 20 ms
/// @param probeNanos longest wait for the answer to a ping; default 500 ms
/// @param orphanNanos silence after which a worker gives up a client that has streams open, so that nobody
///     generates for a frontend that vanished without a word; default 5 s, at least three heartbeats, and longer
///     than a frontend may stand still: one that does for longer finds its streams broken, and moves them
@RecordBuilder
public record RequestPlaneConfig(
        long heartbeatNanos, long silenceNanos, long allowanceNanos, long lookNanos, long probeNanos, long orphanNanos)
        implements RequestPlaneConfigBuilder.With {
    private static final int LOOKS_A_HEARTBEAT = 5;

    public RequestPlaneConfig {
        Invariants.check(heartbeatNanos > 0 && probeNanos > 0 && lookNanos > 0, "intervals are at least 1 ns");
        Invariants.check(
                silenceNanos >= 3 * heartbeatNanos,
                "a peer is given up after at least three heartbeats (%s ns), not %s ns",
                3 * heartbeatNanos,
                silenceNanos);
        Invariants.check(allowanceNanos >= 0, "an allowance is at least 0, not %s", allowanceNanos);
        Invariants.check(
                orphanNanos >= 3 * heartbeatNanos,
                "a client is given up after at least three heartbeats (%s ns), not %s ns",
                3 * heartbeatNanos,
                orphanNanos);
    }

    /// How often a client that has streams open is heard of.
    long clientHeartbeatNanos() {
        return orphanNanos / 3;
    }

    public static RequestPlaneConfig defaults() {
        return new RequestPlaneConfig(
                100_000_000L, 350_000_000L, 350_000_000L, 20_000_000L, 500_000_000L, 5_000_000_000L);
    }

    /// The allowance and the looks follow.
    public RequestPlaneConfig withDetection(long heartbeat, long silence) {
        return with(b -> b.heartbeatNanos(heartbeat)
                .silenceNanos(silence)
                .allowanceNanos(silence)
                .lookNanos(Math.max(1, heartbeat / LOOKS_A_HEARTBEAT))
                .orphanNanos(Math.max(orphanNanos, 3 * heartbeat)));
    }
}
