package io.faultline.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.health.OutlierDetector.Outlier;
import io.faultline.runtime.health.OutlierDetector.Sample;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who is an outlier, in numbers. Gaps are in milliseconds.
@Shows("HLT-4")
class OutlierDetectorTest {
    private static final OutlierConfig CONFIG = OutlierConfig.defaults();

    private final OutlierDetector detector = new OutlierDetector(CONFIG);

    private static List<Sample> gaps(long... millis) {
        List<Sample> pool = new ArrayList<>();
        for (int i = 0; i < millis.length; i++) {
            pool.add(new Sample(i, 20, millis[i] * 1_000_000, false));
        }
        return pool;
    }

    private List<Outlier> sweeps(int count, List<Sample> pool) {
        List<Outlier> last = List.of();
        for (int i = 0; i < count; i++) {
            last = detector.sweep(pool);
        }
        return last;
    }

    @Test
    void findsAWorkerAtAFiftiethOfTheSpeedWithItsEvidence() {
        List<Outlier> found = sweeps(CONFIG.sweepsToEject(), gaps(25, 1_250, 26));
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().instance()).isEqualTo(1);
        assertThat(found.getFirst().evidence())
                .isEqualTo("a token every 1250 ms, 50.0 times the median of 2 peers (25 ms)");
    }

    @Test
    void judgesNobodyByOneSweep() {
        assertThat(sweeps(CONFIG.sweepsToEject() - 1, gaps(25, 1_250, 26))).isEmpty();
        sweeps(1, gaps(25, 25, 26));
        assertThat(sweeps(CONFIG.sweepsToEject() - 1, gaps(25, 1_250, 26))).isEmpty();
    }

    @Test
    void excusesWhatSlowsEverybody() {
        assertThat(sweeps(10, gaps(1_250, 1_300, 1_280))).isEmpty();
    }

    @Test
    void excusesAnHonestDifference() {
        assertThat(sweeps(10, gaps(25, 25 * 7, 25))).isEmpty();
        assertThat(sweeps(10, gaps(2, 90, 2))).as("below the floor").isEmpty();
    }

    @Test
    void judgesNobodyWithoutEnoughToGoBy() {
        List<Sample> pool = List.of(
                new Sample(0, 20, 25_000_000, false), new Sample(1, CONFIG.samplesMin() - 1, 1_250_000_000, false));
        assertThat(sweeps(10, pool)).isEmpty();
        assertThat(sweeps(10, gaps(1_250))).as("nobody to compare with").isEmpty();
    }

    @Test
    void ejectsAtMostAShareOfThePoolTheSlowestFirst() {
        List<Sample> half = gaps(25, 2_000, 25, 3_000, 25, 1_000);
        assertThat(sweeps(CONFIG.sweepsToEject(), half))
                .extracting(Outlier::instance)
                .containsExactly(3L, 1L);
        List<Sample> twoAside = new ArrayList<>(half);
        twoAside.set(1, new Sample(1, 20, 2_000_000_000L, true));
        twoAside.set(3, new Sample(3, 20, 3_000_000_000L, true));
        assertThat(sweeps(10, twoAside)).as("two of six are the most").isEmpty();
    }

    @Test
    void leavesAlwaysOneAndMayEjectOneOfTwo() {
        assertThat(CONFIG.ejectedMax(1)).isZero();
        assertThat(CONFIG.ejectedMax(2)).isEqualTo(1);
        assertThat(CONFIG.ejectedMax(3)).isEqualTo(1);
        assertThat(CONFIG.ejectedMax(100)).isEqualTo(34);
    }

    @Test
    void takesBackWhoIsNearItsPeers() {
        assertThat(detector.isWell(30_000_000, 25_000_000)).isTrue();
        assertThat(detector.isWell(1_250_000_000, 25_000_000)).isFalse();
    }
}
