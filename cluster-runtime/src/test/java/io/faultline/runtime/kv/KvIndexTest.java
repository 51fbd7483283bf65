package io.faultline.runtime.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Shows("KV-1")
@DisplayName("KV-1: the index of blocks by worker")
class KvIndexTest {
    private final KvIndex index = new KvIndex();

    @Test
    void countsOnlyBlocksThatFollowEachOther() {
        long[] prompt = {11, 12, 13, 14};
        store(0, 11, 12, 13, 14);
        store(1, 11, 12, 14);
        store(2, 12, 13);
        store(70, 11);
        int[] overlaps = new int[72];

        assertThat(index.match(prompt, overlaps)).isEqualTo(4);
        assertThat(overlaps).startsWith(4, 2, 0);
        assertThat(overlaps[70]).isEqualTo(1);
    }

    @Test
    void matchesNothingForAPromptWithoutAFullBlock() {
        store(0, 11);

        int[] overlaps = {7};
        assertThat(index.match(new long[0], overlaps)).isZero();
        assertThat(overlaps).containsExactly(0);
    }

    @Test
    void repeatedEventsChangeNothing() {
        store(0, 11, 11);
        index.remove(1, 11);
        index.remove(0, 99);
        assertThat(index.holds(0, 11)).isTrue();

        index.remove(0, 11);
        index.remove(0, 11);
        assertThat(index.size()).isZero();
    }

    @Test
    void aWorkerThatIsGoneLeavesNothingBehind() {
        for (long block = 1; block <= 5_000; block++) {
            index.store(0, block);
            index.store(1, block * 2);
        }
        index.clear(0);

        assertThat(index.size()).isEqualTo(5_000);
        index.clear(1);
        assertThat(index.size()).isZero();
    }

    @Test
    void equalsANaiveMapAfterRandomEvents() {
        equalsANaiveMap(400_000, 1);
    }

    @Test
    @Tag("slow")
    void equalsANaiveMapAfterTenMillionRandomEvents() {
        equalsANaiveMap(10_000_000, 2);
    }

    private void equalsANaiveMap(int events, long seed) {
        int workers = 100;
        int blocks = 3_000;
        RandomSource random = new RandomSource(seed);
        List<Set<Long>> naive = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            naive.add(new TreeSet<>());
        }
        for (int i = 0; i < events; i++) {
            int worker = random.nextInt(workers);
            // Hashes that collide in their low bits, so that runs of entries form and are shifted.
            long block = 1L + random.nextInt(blocks) * 4_096L;
            int what = random.nextInt(100_000);
            if (what == 0) {
                index.clear(worker);
                naive.get(worker).clear();
            } else if (what % 2 == 0) {
                index.store(worker, block);
                naive.get(worker).add(block);
            } else {
                index.remove(worker, block);
                naive.get(worker).remove(block);
            }
        }
        for (int worker = 0; worker < workers; worker++) {
            for (int i = 0; i < blocks; i++) {
                long block = 1L + i * 4_096L;
                assertThat(index.holds(worker, block))
                        .isEqualTo(naive.get(worker).contains(block));
            }
        }
    }

    @Test
    void storesAndRemovesManyAtOnceAsOneByOne() {
        long[] blocks = LongStream.rangeClosed(1, 3_000).toArray();
        index.store(0, blocks, 10, 3_000);
        index.store(1, blocks, 0, 5);
        index.remove(0, blocks, 100, 2_990);

        assertThat(index.size()).isEqualTo(5 + 90 + 10);
        assertThat(index.holds(0, blocks[10])).isTrue();
        assertThat(index.holds(0, blocks[9])).isFalse();
        assertThat(index.holds(0, blocks[100])).isFalse();
        assertThat(index.holds(0, blocks[2_990])).isTrue();
    }

    private void store(int worker, long... blocks) {
        index.store(worker, blocks, 0, blocks.length);
    }
}
