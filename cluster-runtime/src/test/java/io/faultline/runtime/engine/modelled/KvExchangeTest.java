package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.KvExchange.KvBlocks;
import io.faultline.runtime.kv.BlockHash;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A prompt prefilled on one engine and decoded on another, and what that does to both caches.
@DisplayName("PRE-1: blocks that go from engine to engine")
@Shows("PRE-1")
class KvExchangeTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int BLOCK = 16;

    private final EngineFixture prefill = EngineFixture.withDefaults();
    private final EngineFixture decode = EngineFixture.withDefaults();

    @Test
    void aPrefilledPromptGetsNoTokenAndKeepsItsBlocksUntilItIsCancelled() {
        prefill.engine.prefill(1, EngineFixture.request(EngineFixture.prompt(20 * BLOCK, 1), 0, 0));
        prefill.loop.runFor(SECOND);

        assertThat(prefill.cachedTokens).containsEntry(1L, 0);
        assertThat(prefill.tokens(1)).isEmpty();
        assertThat(prefill.finished).isEmpty();
        assertThat(prefill.engine.load().usedBlocks()).isEqualTo(20);
        assertThat(prefill.engine.load().running()).isZero();
        prefill.cancel(1);
        assertThat(prefill.engine.load().usedBlocks()).isZero();
        assertThat(prefill.engine.load().cachedBlocks()).isEqualTo(20);
    }

    @Test
    void takenBlocksAreFoundByThePromptAndItsAnswerIsTheSame() {
        int[] prompt = EngineFixture.prompt(20 * BLOCK + 5, 1);
        EngineFixture alone = EngineFixture.withDefaults();
        alone.submit(1, prompt, 30);
        alone.loop.runFor(5 * SECOND);

        KvBlocks blocks = prefilled(prompt, 0);
        assertThat(decode.engine.take(blocks)).isEqualTo(20);
        assertThat(decode.engine.cachedTokens(prompt)).isEqualTo(20 * BLOCK);
        decode.submit(1, prompt, 30);
        decode.loop.runFor(5 * SECOND);

        assertThat(decode.cachedTokens).containsEntry(1L, 20 * BLOCK);
        assertThat(decode.tokens(1)).isEqualTo(alone.tokens(1));
        assertThat(decode.step(0).prefillTokens()).isEqualTo(5);
    }

    @Test
    void blocksThatAreThereAlreadyNeedNotBeSent() {
        int[] prompt = EngineFixture.prompt(20 * BLOCK + 5, 1);
        decode.engine.take(new KvBlocks(0, Arrays.copyOf(prefilled(prompt, 0).hashes(), 8)));

        KvBlocks rest = new PrefillEngine().export(prompt, 8);

        assertThat(rest.hashes()).hasSize(12);
        decode.engine.take(rest);
        assertThat(decode.engine.cachedTokens(prompt)).isEqualTo(20 * BLOCK);
    }

    @Test
    void takingTheSameBlocksTwiceChangesNothing() {
        KvBlocks blocks = prefilled(EngineFixture.prompt(20 * BLOCK + 5, 1), 0);
        decode.engine.take(blocks);

        assertThat(decode.engine.take(blocks)).isEqualTo(20);

        assertThat(decode.engine.load().cachedBlocks()).isEqualTo(20);
        assertThat(decode.engine.load().usedBlocks()).isZero();
    }

    @Test
    void takesAsManyAsThereIsRoomForAndTheFrontOfThePromptFirst() {
        EngineFixture small = new EngineFixture(EngineFixture.config(new EngineCapacity(128, 10, BLOCK, 4, 2048)));
        KvBlocks blocks = prefilled(EngineFixture.prompt(20 * BLOCK + 5, 1), 0);

        assertThat(small.engine.take(blocks)).isEqualTo(10);

        assertThat(small.engine.load().cachedBlocks()).isEqualTo(10);
        assertThat(small.engine.cachedTokens(EngineFixture.prompt(20 * BLOCK + 5, 1)))
                .isEqualTo(10 * BLOCK);
    }

    @Test
    void anEngineFullOfHeldBlocksGoesOnWhenTheyAreReleased() {
        EngineFixture small = new EngineFixture(EngineFixture.config(new EngineCapacity(160, 10, BLOCK, 4, 2048)));
        small.engine.prefill(1, EngineFixture.request(EngineFixture.prompt(9 * BLOCK, 1), 0, 0));
        small.engine.prefill(2, EngineFixture.request(EngineFixture.prompt(9 * BLOCK, 2), 0, 0));
        small.loop.runFor(5 * SECOND);
        assertThat(small.cachedTokens).containsOnlyKeys(1L);

        small.cancel(1);
        small.loop.runFor(5 * SECOND);

        assertThat(small.cachedTokens).containsKey(2L);
    }

    @Test
    void blocksAreConservedWhateverComesAndGoes() {
        for (int seed = 1; seed <= 50; seed++) {
            RandomSource random = new RandomSource(seed);
            EngineFixture engine = new EngineFixture(EngineFixture.config(new EngineCapacity(320, 40, BLOCK, 8, 256)));
            List<Long> open = new ArrayList<>();
            for (long id = 1; id <= 60; id++) {
                int[] prompt = EngineFixture.prompt(BLOCK * (1 + random.nextInt(10)), random.nextInt(6));
                switch (random.nextInt(3)) {
                    case 0 -> engine.engine.prefill(id, EngineFixture.request(prompt, 0, random.nextInt(2)));
                    case 1 -> engine.submit(id, prompt, 1 + random.nextInt(40));
                    default -> engine.engine.take(new KvBlocks(0, BlockHash.ofPrompt(prompt, BLOCK)));
                }
                open.add(id);
                engine.loop.runFor(random.nextLong(1, 60_000_000L));
                if (random.nextBoolean(0.6)) {
                    engine.cancel(open.remove(random.nextInt(open.size())));
                }
                engine.engine.scheduler().cache().checkConserved();
                assertThat(engine.storedBlocks.size()).isLessThanOrEqualTo(40);
            }
            open.forEach(engine::cancel);
            engine.loop.runFor(SECOND);
            assertThat(engine.engine.load().usedBlocks()).as("seed %s", seed).isZero();
        }
    }

    private KvBlocks prefilled(int[] prompt, int skipped) {
        return new PrefillEngine().export(prompt, skipped);
    }

    /// An engine of its own that prefills the whole blocks of one prompt.
    private static final class PrefillEngine {
        private final EngineFixture engine = EngineFixture.withDefaults();

        KvBlocks export(int[] prompt, int skipped) {
            engine.engine.prefill(1, EngineFixture.request(Arrays.copyOf(prompt, prompt.length / BLOCK * BLOCK), 0, 0));
            engine.loop.runFor(SECOND);
            return engine.engine.export(1, skipped);
        }
    }
}
