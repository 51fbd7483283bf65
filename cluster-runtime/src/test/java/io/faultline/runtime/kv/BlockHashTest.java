package io.faultline.runtime.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.Hashing;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows("KV-1")
@DisplayName("KV-1: hash-chained blocks")
class BlockHashTest {
    private static final int[] TOKENS = {0, 0, 1, 2, 3, 0, 0, 1, 2};

    @Test
    void dependsOnTheTokensTheirOrderAndTheParent() {
        Set<Long> hashes = new LinkedHashSet<>();
        hashes.add(BlockHash.of(BlockHash.ROOT, TOKENS, 0, 4));
        hashes.add(BlockHash.of(7, TOKENS, 0, 4));
        hashes.add(BlockHash.of(BlockHash.ROOT, TOKENS, 1, 5));
        hashes.add(BlockHash.of(BlockHash.ROOT, TOKENS, 0, 3));
        hashes.add(BlockHash.of(BlockHash.ROOT, new int[] {0, 1, 0, 2}, 0, 4));

        assertThat(hashes).hasSize(5);
    }

    @Test
    void isTheSameForTheSameTokensWhereverTheyStand() {
        assertThat(BlockHash.of(9, TOKENS, 0, 4)).isEqualTo(BlockHash.of(9, TOKENS, 5, 9));
    }

    /// Workers of any engine hash the bytes; tokens are hashed here without making them.
    @Test
    void hashesTokensAsTheBytesOfLittleEndianWords() {
        RandomSource random = new RandomSource(3);
        for (int length = 1; length <= 300; length++) {
            int[] tokens = new int[length];
            ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < length; i++) {
                tokens[i] = (int) random.nextLong();
                bytes.putInt(tokens[i]);
            }
            assertThat(BlockHash.local(tokens, 0, length))
                    .as("%s tokens", length)
                    .isEqualTo(Hashing.xxh3_64(1337).hashBytesToLong(bytes.array()));
        }
    }

    @Test
    void chainsTheFullBlocksOfAPrompt() {
        long[] hashes = BlockHash.ofPrompt(TOKENS, 4);

        assertThat(hashes).hasSize(2);
        assertThat(hashes[0]).isEqualTo(BlockHash.local(TOKENS, 0, 4));
        ByteBuffer both = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        both.putLong(hashes[0]).putLong(BlockHash.local(TOKENS, 4, 8));
        assertThat(hashes[1]).isEqualTo(Hashing.xxh3_64(1337).hashBytesToLong(both.array()));
    }
}
