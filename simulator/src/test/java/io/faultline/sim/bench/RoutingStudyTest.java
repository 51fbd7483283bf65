package io.faultline.sim.bench;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.shown.Shows;
import io.faultline.sim.bench.RoutingStudy.Figures;
import io.faultline.sim.bench.RoutingStudy.Settings;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows(value = "KV-1", in = SIMULATED)
@DisplayName("KV-1: routing by cache contents beside an oracle, on a drawn trace")
class RoutingStudyTest {
    /// The oracle gives everything for hits; the router gives some of them for a shorter wait.
    private static final double OF_THE_ORACLE = 0.85;

    private static final double OF_TURNS = 1.5;

    @Test
    void findsMostOfWhatOneWhoSeesEveryCacheFindsAndAnswersSooner() {
        PromptTrace trace = PromptTrace.drawn(3, 150, 4);
        List<Figures> all =
                new RoutingStudy(trace, new Settings(4, 8_192, 8, 5_000_000_000L, 100_000_000L, 1)).measure();

        Figures turns = all.getFirst();
        Figures kv = all.get(all.size() - 2);
        Figures oracle = all.getLast();
        assertThat(kv.completed()).isEqualTo(150);
        assertThat(kv.hitRate()).isGreaterThanOrEqualTo(OF_THE_ORACLE * oracle.hitRate());
        assertThat(kv.hitRate()).isGreaterThan(OF_TURNS * turns.hitRate());
        assertThat(kv.ttftMeanSeconds()).isLessThan(Math.min(turns.ttftMeanSeconds(), oracle.ttftMeanSeconds()));
    }
}
