package io.faultline.sim.net;

import io.faultline.runtime.seam.Invariants;

/// What is wrong with a link that still carries something. Immutable.
///
/// @param delayNanos added to every message's travel time
/// @param lossProbability chance that a message is lost once and sent again, 0 to 1
public record LinkFault(long delayNanos, double lossProbability) {
    public static final LinkFault NONE = new LinkFault(0, 0);

    public LinkFault {
        Invariants.check(delayNanos >= 0, "a delay is at least 0, not %s", delayNanos);
        Invariants.check(lossProbability >= 0 && lossProbability <= 1, "%s is not a probability", lossProbability);
    }
}
