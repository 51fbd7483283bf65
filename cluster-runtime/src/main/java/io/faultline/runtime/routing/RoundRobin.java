package io.faultline.runtime.routing;

import io.faultline.runtime.request.GenerateRequest;
import java.util.List;

/// Takes the instances in turn: the one with the next higher id than the last choice, then from the lowest again.
/// Instances that come and go do not disturb the order of the others. Confined to one loop.
public final class RoundRobin implements RoutingPolicy {
    private long lastChosen = Long.MIN_VALUE;

    @Override
    public Candidate choose(GenerateRequest request, List<Candidate> candidates) {
        Candidate chosen = candidates.getFirst();
        for (Candidate candidate : candidates) {
            if (candidate.instance() > lastChosen) {
                chosen = candidate;
                break;
            }
        }
        lastChosen = chosen.instance();
        return chosen;
    }
}
