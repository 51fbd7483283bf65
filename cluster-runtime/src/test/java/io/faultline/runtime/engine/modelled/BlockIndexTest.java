package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.RandomSource;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BlockIndexTest {

    @Test
    void findsNothingWhenEmpty() {
        assertThat(new BlockIndex(1).find(0)).isEqualTo(-1);
    }

    @Test
    void takesZeroAsAnyOtherHash() {
        BlockIndex index = new BlockIndex(1);
        assertThat(index.putIfAbsent(0, 0)).isEqualTo(-1);

        assertThat(index.find(0)).isZero();
        index.remove(0);
        assertThat(index.find(0)).isEqualTo(-1);
    }

    /// Goal: removal never loses an entry that was displaced by another. Method: random operations on hashes that
    /// mostly collide, against a map.
    @Test
    void agreesWithAMapUnderCollisions() {
        RandomSource random = new RandomSource(3);
        int entriesMax = 24;
        BlockIndex index = new BlockIndex(entriesMax);
        Map<Long, Integer> model = new TreeMap<>();
        for (int step = 0; step < 50_000; step++) {
            long hash = random.nextInt(12) + 64L * random.nextInt(6);
            Integer block = model.get(hash);
            if (block != null && random.nextBoolean(0.5)) {
                model.remove(hash);
                index.remove(hash);
            } else if (block != null || model.size() < entriesMax) {
                model.putIfAbsent(hash, step % entriesMax);
                assertThat(index.putIfAbsent(hash, step % entriesMax)).isEqualTo(block == null ? -1 : block);
            }
            long other = random.nextInt(12) + 64L * random.nextInt(6);
            assertThat(index.find(other)).as("step %s", step).isEqualTo(model.getOrDefault(other, -1));
        }
        model.forEach((hash, block) -> assertThat(index.find(hash)).isEqualTo(block));
        assertThat(model).isNotEmpty();
    }
}
