package io.faultline.runtime.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.runtime.router.KvCost.Option;
import io.faultline.runtime.seam.RandomSource;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("KV-1: the cost of a worker, and the choice")
class KvCostTest {
    private final RandomSource random = new RandomSource(1);

    @Test
    void weighsBlocksToComputeAgainstBlocksInUse() {
        assertThat(new KvCost(1, 0).of(320, 30, 16)).isEqualTo(50);
        assertThat(new KvCost(2, 0).of(320, 30, 16)).isEqualTo(70);
        assertThat(new KvCost(0, 0).of(320, 30, 16)).isEqualTo(30);
    }

    @Test
    void theCheapestWinsAndAmongEqualsTheEmptiest() {
        KvCost cost = new KvCost(1, 0);
        assertThat(cost.choose(List.of(option(1, 5, 0), option(2, 4, 9), option(3, 4, 8), option(4, 4, 8)), random))
                .isEqualTo(2);
    }

    @Test
    void atATemperatureTheCheaperAreDrawnMoreOften() {
        KvCost cost = new KvCost(1, 0.5);
        List<Option> options = List.of(option(1, 10, 0), option(2, 20, 0), option(3, 30, 0));
        int[] chosen = new int[3];
        for (int i = 0; i < 30_000; i++) {
            chosen[cost.choose(options, random)]++;
        }
        // Softmax of 0, -0.5 and -1 over a temperature of 0.5.
        double sum = 1 + StrictMath.exp(-1) + StrictMath.exp(-2);
        assertThat(chosen[0] / 30_000.0).isCloseTo(1 / sum, within(0.02));
        assertThat(chosen[2] / 30_000.0).isCloseTo(StrictMath.exp(-2) / sum, within(0.02));
    }

    @Test
    void atATemperatureEqualsAreDrawnEvenly() {
        KvCost cost = new KvCost(1, 2);
        int first = 0;
        for (int i = 0; i < 10_000; i++) {
            first += cost.choose(List.of(option(1, 7, 0), option(2, 7, 5)), random) == 0 ? 1 : 0;
        }
        assertThat(first / 10_000.0).isCloseTo(0.5, within(0.03));
    }

    private static Option option(long instance, double cost, int held) {
        return new Option(instance, 0, 0, 0, held, cost);
    }
}
