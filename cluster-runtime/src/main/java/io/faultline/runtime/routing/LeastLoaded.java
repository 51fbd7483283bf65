package io.faultline.runtime.routing;

import io.faultline.runtime.request.GenerateRequest;
import java.util.ArrayList;
import java.util.List;

/// Takes the instance with the smallest load; among equals that with the fewest streams of this frontend, and among
/// equals again in turn, so that it is a round-robin where nothing is known. Confined to one loop.
public final class LeastLoaded implements RoutingPolicy {
    private final Loads loads;
    private final RoundRobin turns = new RoundRobin();

    /// What is known of the instances.
    public interface Loads {
        /// The share of an instance's KV blocks that is in use or will be, from 0; 0 for an unknown one.
        double share(long instance);
    }

    public LeastLoaded(Loads loads) {
        this.loads = loads;
    }

    @Override
    public Candidate choose(GenerateRequest request, List<Candidate> candidates) {
        List<Candidate> least = new ArrayList<>();
        double share = Double.POSITIVE_INFINITY;
        int streams = Integer.MAX_VALUE;
        for (Candidate candidate : candidates) {
            double own = loads.share(candidate.instance());
            boolean isLess = own < share || own == share && candidate.openStreams() < streams;
            if (isLess) {
                least.clear();
                share = own;
                streams = candidate.openStreams();
            }
            if (isLess || own == share && candidate.openStreams() == streams) {
                least.add(candidate);
            }
        }
        return turns.choose(request, least);
    }
}
