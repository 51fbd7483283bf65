package io.faultline.runtime.transport;

import io.faultline.runtime.seam.Invariants;

/// Timing of the request plane.
///
/// @param heartbeatNanos longest silence of a worker that has open streams; default 100 ms. Shorter finds a frozen
///     peer sooner and costs more frames
/// @param silenceNanos silence after which a client gives a peer up; default 350 ms, at least three heartbeats, so
///     that two lost or late ones are no failure
/// @param probeNanos longest wait for the answer to a ping; default 500 ms
public record RequestPlaneConfig(long heartbeatNanos, long silenceNanos, long probeNanos) {
    public RequestPlaneConfig {
        Invariants.check(heartbeatNanos > 0 && probeNanos > 0, "intervals are at least 1 ns");
        Invariants.check(
                silenceNanos >= 3 * heartbeatNanos,
                "a peer is given up after at least three heartbeats (%s ns), not %s ns",
                3 * heartbeatNanos,
                silenceNanos);
    }

    public static RequestPlaneConfig defaults() {
        return new RequestPlaneConfig(100_000_000L, 350_000_000L, 500_000_000L);
    }

    public RequestPlaneConfig withDetection(long heartbeat, long silence) {
        return new RequestPlaneConfig(heartbeat, silence, probeNanos);
    }
}
