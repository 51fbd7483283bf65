package io.faultline.sim.invariant;

import io.faultline.runtime.seam.NodeId;

/// A turn that ends in an exception met a state that cannot be: a bug, whatever its invariant was.
public final class EveryTurnEnds implements Invariant {
    private static final int FRAMES_MAX = 12;

    @Override
    public String sentence() {
        return "No node's turn ends in an exception.";
    }

    /// A node's loop met `cause`.
    public void turnFailed(NodeId node, RuntimeException cause, Report report) {
        StringBuilder words = new StringBuilder(node + " broke: " + cause);
        StackTraceElement[] frames = cause.getStackTrace();
        for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
            words.append("\n    at ").append(frames[i]);
        }
        report.broken(node, words.toString());
    }
}
