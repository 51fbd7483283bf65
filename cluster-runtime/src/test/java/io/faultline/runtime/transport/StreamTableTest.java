package io.faultline.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.seam.RandomSource;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StreamTableTest {
    @Test
    void agreesWithATreeMapAfterAnyOperations() {
        RandomSource random = new RandomSource(42);
        StreamTable<Long> table = new StreamTable<>();
        TreeMap<Long, Long> model = new TreeMap<>();
        for (int i = 0; i < 200_000; i++) {
            long key = 1L + random.nextInt(300);
            if (random.nextBoolean(0.55)) {
                table.put(key, (long) i);
                model.put(key, (long) i);
            } else {
                assertThat(table.remove(key)).isEqualTo(model.remove(key));
            }
            assertThat(table.size()).isEqualTo(model.size());
            long probe = 1L + random.nextInt(300);
            assertThat(table.get(probe)).isEqualTo(model.get(probe));
        }
        assertThat(table.inOrder()).isEqualTo(List.copyOf(model.values()));
    }
}
