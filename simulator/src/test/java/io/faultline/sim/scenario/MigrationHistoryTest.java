package io.faultline.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.ClusterHistory.HistoryConfig;
import io.faultline.runtime.history.MigrationView;
import io.faultline.runtime.shown.Shows;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What operators are shown of migrations, after everything at once went wrong and all requests have ended.
@Shows("CON-2")
class MigrationHistoryTest {
    private static final int SEEDS = 12;
    private static final int NEWEST = 500;

    @Test
    void noMigrationRunsForEver() {
        Set<String> outcomes = new TreeSet<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            ClusterHistory history = new ClusterHistory(HistoryConfig.defaults());
            int[] begun = {0};
            new MixedSurvival().run(seed, RunOptions.observedBy(history, event -> {
                if (event.record() instanceof MigrationEvent.MigrationStarted) {
                    begun[0]++;
                }
            }));
            List<MigrationView> shown = history.migrations(NEWEST);
            assertThat(shown)
                    .as("seed %s", seed)
                    .extracting(MigrationView::outcome)
                    .doesNotContain("running");
            assertThat(shown).as("seed %s", seed).hasSizeGreaterThanOrEqualTo(Math.min(begun[0], NEWEST));
            shown.forEach(each -> outcomes.add(each.outcome()));
        }
        assertThat(outcomes).contains("success", "failure", "superseded", "cancelled");
    }
}
