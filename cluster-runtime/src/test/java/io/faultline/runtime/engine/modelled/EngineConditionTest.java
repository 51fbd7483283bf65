package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.engine.EngineHealth;
import io.faultline.runtime.shown.Shows;
import org.junit.jupiter.api.Test;

/// What faults do to the modelled engine, and that nothing of it is left when they are over.
@Shows("FLT-2")
class EngineConditionTest {
    private static final long SECOND = 1_000_000_000L;

    private final EngineFixture fixture = EngineFixture.withDefaults();

    private int tokens(long sequence) {
        return fixture.answers.containsKey(sequence)
                ? fixture.answers.get(sequence).size()
                : 0;
    }

    private void ask(long sequence) {
        fixture.submit(sequence, EngineFixture.prompt(20, (int) sequence), 200);
    }

    @Test
    void standsStillAndGoesOnWhereItWas() {
        ask(1);
        fixture.loop.runFor(SECOND);
        fixture.engine.become(new EngineCondition.Frozen(0));
        int before = tokens(1);
        assertThat(before).isPositive();
        fixture.loop.runFor(60 * SECOND);
        assertThat(tokens(1)).isEqualTo(before);
        assertThat(fixture.engine.health()).as("it does not know").isEqualTo(new EngineHealth.Alive());

        fixture.engine.become(new EngineCondition.Sound());
        fixture.loop.runAll();
        assertThat(tokens(1)).isEqualTo(200);
        assertThat(fixture.finished).containsKey(1L);
    }

    @Test
    void givesEverySequenceItsFirstTokenAndNoMore() {
        fixture.engine.become(new EngineCondition.Frozen(1));
        ask(1);
        fixture.loop.runFor(60 * SECOND);
        assertThat(tokens(1)).isEqualTo(1);
        ask(2);
        fixture.loop.runFor(60 * SECOND);
        assertThat(tokens(2)).as("held up by the first").isZero();
        fixture.engine.cancel(1);
        fixture.loop.runFor(60 * SECOND);
        assertThat(tokens(2)).isEqualTo(1);
    }

    @Test
    void countsFromTheMomentOfTheFault() {
        ask(1);
        fixture.loop.runFor(SECOND);
        int before = tokens(1);
        fixture.engine.become(new EngineCondition.Frozen(3));
        fixture.loop.runFor(60 * SECOND);
        assertThat(tokens(1)).isEqualTo(before + 3);
    }

    @Test
    void releasesTheBlocksOfWhatIsCancelledWhileItStandsStill() {
        ask(1);
        fixture.loop.runFor(SECOND);
        fixture.engine.become(new EngineCondition.Frozen(0));
        fixture.loop.runFor(SECOND);
        fixture.engine.cancel(1);
        assertThat(fixture.engine.load().usedBlocks()).isZero();
        fixture.engine.become(new EngineCondition.Sound());
        ask(2);
        fixture.loop.runAll();
        assertThat(tokens(2)).isEqualTo(200);
    }

    @Test
    void isSlowerByTheFactorAndNothingElse() {
        ask(1);
        fixture.loop.runAll();
        long usual = fixture.loop.now();
        EngineFixture slow = EngineFixture.withDefaults();
        slow.engine.become(new EngineCondition.Slowed(50));
        slow.submit(1, EngineFixture.prompt(20, 1), 200);
        slow.loop.runAll();
        assertThat(slow.loop.now()).isBetween(49 * usual, 51 * usual);
        assertThat(slow.answers).isEqualTo(fixture.answers);
    }

    @Test
    void isDeadForGoodAfterACrash() {
        ask(1);
        fixture.loop.runFor(SECOND);
        fixture.engine.become(new EngineCondition.Crashed("lost its device"));
        int before = tokens(1);
        fixture.engine.become(new EngineCondition.Sound());
        ask(2);
        fixture.loop.runFor(60 * SECOND);
        assertThat(tokens(1)).isEqualTo(before);
        assertThat(tokens(2)).isZero();
        assertThat(fixture.engine.health()).isEqualTo(new EngineHealth.Dead("lost its device"));
    }
}
