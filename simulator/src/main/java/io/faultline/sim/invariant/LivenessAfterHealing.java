package io.faultline.sim.invariant;

import io.faultline.runtime.seam.NodeId;

/// Safety holds in a cluster that does nothing. After the last fault is healed, what was asked must be answered
/// and everybody must be back, within a time that follows from the configuration.
public final class LivenessAfterHealing implements Invariant {
    @Override
    public String sentence() {
        return "Once all faults are healed, every open request ends and every node is back within the derived bound.";
    }

    /// The bound is over.
    /// @param missing what has not happened, in words
    public void overdue(NodeId node, String missing, long boundNanos, Report report) {
        report.broken(node, missing + ", " + boundNanos + " ns after the healing");
    }
}
