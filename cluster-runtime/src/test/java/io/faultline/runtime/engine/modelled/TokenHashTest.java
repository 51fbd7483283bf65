package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenHashTest {
    private static final int[] TOKENS = {0, 0, 1, 2, 3, 0, 0, 1, 2};

    @Test
    void growsTokenByTokenToTheSameHash() {
        long stepwise = TokenHash.EMPTY;
        for (int length = 0; length < TOKENS.length; length++) {
            assertThat(TokenHash.extend(TokenHash.EMPTY, TOKENS, 0, length)).isEqualTo(stepwise);
            stepwise = TokenHash.extend(stepwise, TOKENS[length]);
        }
    }
}
