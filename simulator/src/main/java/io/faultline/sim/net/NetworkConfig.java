package io.faultline.sim.net;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// How the network behaves when nothing is wrong with it. Immutable.
///
/// @param latency of every message on every link
/// @param connectTimeoutNanos an attempt without an answer ends after this
/// @param retransmitNanos what a lost packet costs its message, and all behind it, in time
/// @param congestedMessages messages on their way in one direction of a channel, or waiting for a frozen peer,
///     above which the sender's end counts as congested
@RecordBuilder
public record NetworkConfig(LatencyModel latency, long connectTimeoutNanos, long retransmitNanos, int congestedMessages)
        implements NetworkConfigBuilder.With {
    public NetworkConfig {
        Invariants.check(connectTimeoutNanos > 0, "connectTimeoutNanos is above 0, not %s", connectTimeoutNanos);
        Invariants.check(retransmitNanos > 0, "retransmitNanos is above 0, not %s", retransmitNanos);
        Invariants.check(congestedMessages > 0, "congestedMessages is above 0, not %s", congestedMessages);
    }

    /// A data centre, one second for connecting, Linux' shortest retransmission time.
    public static NetworkConfig defaults() {
        return new NetworkConfig(LatencyModel.dataCentre(), 1_000_000_000L, 200_000_000L, 256);
    }

    /// Longest time from sending a message to its arrival on a healthy link when nothing is queued before it.
    public long arrivalBoundNanos() {
        return latency.tailMaxNanos();
    }
}
