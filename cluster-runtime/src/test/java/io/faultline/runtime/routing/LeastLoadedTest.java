package io.faultline.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.routing.RoutingPolicy.Candidate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LeastLoadedTest {
    private static final GenerateRequest REQUEST = new GenerateRequest(
            "r", 0, "m", new int[] {1}, new StopConditions(1, 0, true, List.of()), new SamplingOptions(1, 1, 1), 0, 0);

    private final Map<Long, Double> shares = new TreeMap<>();
    private final LeastLoaded policy = new LeastLoaded(instance -> shares.getOrDefault(instance, 0.0));

    @Test
    void takesTheSmallestShareThenTheFewestStreams() {
        shares.put(1L, 0.4);
        shares.put(2L, 0.2);
        shares.put(3L, 0.2);
        assertThat(choose(new Candidate(1, 0), new Candidate(2, 5), new Candidate(3, 4)))
                .isEqualTo(3);
    }

    @Test
    void takesTurnsWhereNothingIsKnown() {
        Candidate[] equal = {new Candidate(1, 0), new Candidate(2, 0), new Candidate(3, 0)};
        assertThat(List.of(choose(equal), choose(equal), choose(equal), choose(equal)))
                .containsExactly(1L, 2L, 3L, 1L);
    }

    private long choose(Candidate... candidates) {
        return policy.choose(REQUEST, List.of(candidates)).instance();
    }
}
