package io.faultline.runtime.routing;

import io.faultline.runtime.request.GenerateRequest;
import java.util.List;

/// Chooses one of several instances.
public interface RoutingPolicy {
    /// @param candidates routable instances of the request's model in ascending order of id, at least one
    /// @return one of the candidates
    Candidate choose(GenerateRequest request, List<Candidate> candidates);

    /// @param instance its id
    /// @param openStreams streams that this frontend has open to it
    record Candidate(long instance, int openStreams) {}
}
