package io.faultline.sim.scenario;

import static io.faultline.runtime.shown.World.SIMULATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.history.Fold;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.cluster.Parts;
import io.faultline.sim.invariant.KvIndexEqualsCaches;
import io.faultline.sim.run.FailureBlock;
import io.faultline.sim.run.SimulationResult;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("REQ-6 KV-1: routers of a cluster under load are lost and come back")
@Shows(
        value = {"REQ-6", "KV-1"},
        in = SIMULATED)
class RouterLossScenarioTest {
    private static final int SEEDS = 4;
    private static final int MANY_SEEDS = 300;

    private final Scenario scenario = new RouterLoss();
    private final Set<String> reached = new TreeSet<>();

    @Test
    void noRequestFailsAndTheHitRateComesBack() {
        assertHolds(SEEDS);
        assertThat(reached).contains("RouteDecided", "RouterFallbackStarted", "RouterFallbackEnded", "KvIndexResynced");
    }

    @Test
    @Tag("slow")
    void noRequestFailsOverManySeeds() {
        assertHolds(MANY_SEEDS);
    }

    @Test
    void anEvictionThatIsNotToldIsFound() {
        SimulationResult result = scenario.run(1, RunOptions.none().withParts(new Parts() {
            @Override
            public KvCacheListener kvListener(KvCacheListener own) {
                return new Forgetful(own);
            }
        }));
        assertThat(result.violations())
                .isNotEmpty()
                .allSatisfy(violation ->
                        assertThat(violation.invariant()).isEqualTo(KvIndexEqualsCaches.class.getSimpleName()));
    }

    private void assertHolds(int seeds) {
        Fold watch = event -> note(event.record());
        for (long seed = 1; seed <= seeds; seed++) {
            SimulationResult result = scenario.run(seed, RunOptions.observedBy(watch));
            assertThat(result.isPassed())
                    .as(() -> FailureBlock.of(result, Optional.empty()))
                    .isTrue();
        }
    }

    private void note(EventRecord record) {
        reached.add(record.getClass().getSimpleName());
    }

    /// Does not tell of every seventh block that was evicted.
    private static final class Forgetful implements KvCacheListener {
        private final KvCacheListener own;
        private int removed;

        Forgetful(KvCacheListener own) {
            this.own = own;
        }

        @Override
        public void stored(long parent, long block) {
            own.stored(parent, block);
        }

        @Override
        public void removed(long block) {
            if (++removed % 7 != 0) {
                own.removed(block);
            }
        }

        @Override
        public void cleared() {
            own.cleared();
        }
    }
}
