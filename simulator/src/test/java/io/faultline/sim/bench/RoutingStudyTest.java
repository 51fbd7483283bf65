package io.faultline.sim.bench;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import io.faultline.sim.bench.RoutingStudy.Figures;
import io.faultline.sim.bench.RoutingStudy.Policy;
import io.faultline.sim.bench.RoutingStudy.Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows(value = "KV-1", in = SIMULATED)
@DisplayName("KV-1: routing by cache contents beside oracles, on a drawn trace")
class RoutingStudyTest {
    private static final int REQUESTS = 150;
    /// The target of the requirement.
    private static final double OF_THE_ORACLE = 0.95;
    /// Who looks at caches alone finds more, and waits longer.
    private static final double OF_LONGEST_OVERLAP = 0.85;

    private static final double OF_TURNS = 1.5;

    private final RoutingStudy study = new RoutingStudy(
            PromptTrace.drawn(3, REQUESTS, 4), new Settings(4, 8_192, 8, 5_000_000_000L, 100_000_000L, 1, 1));

    @Test
    void findsNearlyWhatTheSameRouterFindsThatSeesEveryCache() {
        Figures kv = study.measure(Policy.KV);
        Figures oracle = study.measure(Policy.ORACLE);

        assertThat(kv.completed()).isEqualTo(REQUESTS);
        assertThat(oracle.completed()).isEqualTo(REQUESTS);
        assertThat(kv.hitRate()).isGreaterThanOrEqualTo(OF_THE_ORACLE * oracle.hitRate());
    }

    @Test
    void findsMoreThanTurnsDoAndAnswersSoonerThanWhoLooksAtCachesAlone() {
        Figures turns = study.measure(Policy.ROUND_ROBIN);
        Figures kv = study.measure(Policy.KV);
        Figures greedy = study.measure(Policy.LONGEST_OVERLAP);

        assertThat(kv.hitRate()).isGreaterThan(OF_TURNS * turns.hitRate());
        assertThat(kv.hitRate()).isGreaterThanOrEqualTo(OF_LONGEST_OVERLAP * greedy.hitRate());
        assertThat(kv.ttftMeanSeconds()).isLessThan(Math.min(turns.ttftMeanSeconds(), greedy.ttftMeanSeconds()));
    }
}
