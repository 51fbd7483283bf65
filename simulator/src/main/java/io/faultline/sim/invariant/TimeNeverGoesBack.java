package io.faultline.sim.invariant;

import io.faultline.runtime.event.ClusterEvent;

/// The stream of events is in order and without gaps.
public final class TimeNeverGoesBack implements Invariant {
    private long lastNanos;
    private long nextSequence;

    @Override
    public String sentence() {
        return "Events are numbered without gaps and no event is earlier than the one before it.";
    }

    @Override
    public void apply(ClusterEvent event, Report report) {
        if (event.sequence() != nextSequence || event.atNanos() < lastNanos) {
            report.broken(
                    event.node(),
                    "event " + event.sequence() + " at " + event.atNanos() + " ns came where event " + nextSequence
                            + " at " + lastNanos + " ns or later was due");
        }
        nextSequence = event.sequence() + 1;
        lastNanos = event.atNanos();
    }
}
