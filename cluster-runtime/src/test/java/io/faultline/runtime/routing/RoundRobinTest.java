package io.faultline.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.routing.RoutingPolicy.Candidate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
    private static final GenerateRequest REQUEST = new GenerateRequest(
            "r", 0, "m", new int[] {1}, new StopConditions(1, 0, false, List.of()), new SamplingOptions(1, 1, 0), 0, 0);
    private final RoundRobin policy = new RoundRobin();

    @Test
    void takesInstancesInTurn() {
        assertThat(List.of(choose(3, 5, 9), choose(3, 5, 9), choose(3, 5, 9), choose(3, 5, 9)))
                .containsExactly(3L, 5L, 9L, 3L);
    }

    @Test
    void goesOnAfterTheLastChoiceWhenInstancesComeAndGo() {
        assertThat(choose(3, 5, 9)).isEqualTo(3);
        assertThat(choose(5, 9)).isEqualTo(5);
        assertThat(choose(3, 9)).isEqualTo(9);
        assertThat(choose(3, 4, 9)).isEqualTo(3);
        assertThat(choose(3, 4, 9)).isEqualTo(4);
    }

    private long choose(long... instances) {
        return policy.choose(
                        REQUEST,
                        Arrays.stream(instances)
                                .mapToObj(i -> new Candidate(i, 0))
                                .toList())
                .instance();
    }
}
