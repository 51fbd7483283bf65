package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

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

    @Test
    void growsTokenByTokenToTheSameHash() {
        long stepwise = TokenHash.EMPTY;
        for (int length = 0; length < TOKENS.length; length++) {
            assertThat(TokenHash.extend(TokenHash.EMPTY, TOKENS, 0, length)).isEqualTo(stepwise);
            stepwise = TokenHash.extend(stepwise, TOKENS[length]);
        }
    }
}
