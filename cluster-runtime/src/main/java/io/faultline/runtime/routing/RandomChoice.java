package io.faultline.runtime.routing;

import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.seam.RandomSource;
import java.util.List;

/// Takes any instance, each as likely as the others. Confined to one loop.
public final class RandomChoice implements RoutingPolicy {
    private final RandomSource random;

    public RandomChoice(RandomSource random) {
        this.random = random;
    }

    @Override
    public Candidate choose(GenerateRequest request, List<Candidate> candidates) {
        return candidates.get(random.nextInt(candidates.size()));
    }
}
