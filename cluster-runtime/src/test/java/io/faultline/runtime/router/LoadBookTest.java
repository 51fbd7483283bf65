package io.faultline.runtime.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadBookTest {
    private final LoadBook book = new LoadBook();

    @Test
    void sharedBlocksCountOnce() {
        book.add(started(1, 100, new long[] {11, 12, 13}, true));
        book.add(started(1, 60, new long[] {11, 12, 99}, false));

        assertThat(book.prefillTokens(1)).isEqualTo(160);
        assertThat(book.decodeBlocksWith(1, new long[] {11, 12, 13, 14}, true))
                .as("11 12 13 99 and a tail, then 14 and its tail")
                .isEqualTo(7);
        assertThat(book.decodeBlocksWith(2, new long[] {11}, false)).isEqualTo(1);
    }

    @Test
    void aPrefilledSequenceHasNoTokensToCompute() {
        LoadBook.Placed placed = book.add(started(1, 100, new long[] {11}, false));
        book.prefilled(placed);
        book.prefilled(placed);
        assertThat(book.prefillTokens(1)).isZero();

        book.remove(placed);
        assertThat(book.sequences()).isZero();
        assertThat(book.decodeBlocksWith(1, new long[0], false)).isZero();
    }

    @Test
    void countsAsANaiveMapDoes() {
        RandomSource random = new RandomSource(5);
        BlockCounts counts = new BlockCounts();
        Map<Long, Integer> naive = new LinkedHashMap<>();
        List<long[]> present = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (present.isEmpty() || random.nextBoolean(present.size() < 200 ? 0.6 : 0.4)) {
                long[] chain = chain(random);
                present.add(chain);
                counts.add(chain);
                for (long block : chain) {
                    naive.merge(block, 1, Integer::sum);
                }
            } else {
                long[] chain = present.remove(random.nextInt(present.size()));
                counts.remove(chain);
                for (long block : chain) {
                    naive.computeIfPresent(block, (_, count) -> count == 1 ? null : count - 1);
                }
            }
            long[] asked = chain(random);
            int prefix = 0;
            while (prefix < asked.length && naive.containsKey(asked[prefix])) {
                prefix++;
            }
            assertThat(counts.prefixInUse(asked)).isEqualTo(prefix);
            assertThat(counts.different()).isEqualTo(naive.size());
        }
    }

    /// A path in a tree: equal blocks have equal blocks before them.
    private static long[] chain(RandomSource random) {
        long[] chain = new long[1 + random.nextInt(6)];
        long at = 1;
        for (int i = 0; i < chain.length; i++) {
            at = RandomSource.mix(at * 3 + random.nextInt(3));
            chain[i] = at;
        }
        return chain;
    }

    private static Frame.SequenceStarted started(long instance, int prefillTokens, long[] blocks, boolean hasTail) {
        return new Frame.SequenceStarted(1, instance, prefillTokens, blocks, hasTail);
    }
}
