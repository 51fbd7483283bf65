package io.faultline.runtime.engine.modelled;

import static io.faultline.runtime.engine.modelled.EngineFixture.MODEL;
import static io.faultline.runtime.engine.modelled.EngineFixture.config;
import static io.faultline.runtime.engine.modelled.EngineFixture.joined;
import static io.faultline.runtime.engine.modelled.EngineFixture.prompt;
import static io.faultline.runtime.engine.modelled.EngineFixture.request;
import static io.faultline.runtime.engine.modelled.EngineFixture.undisturbed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.engine.Engine.EngineCapacity;
import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import io.faultline.runtime.shown.Shows;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ModelledEngineTest {
    private EngineFixture fixture = EngineFixture.withDefaults();

    @Test
    void givesTheFirstTokenAtTheEndOfThePrefillAndOneAStepThen() {
        fixture.submit(1, prompt(100, 1), 3);
        fixture.loop.runAll();

        assertThat(fixture.steps).hasSize(3);
        assertThat(fixture.step(0).prefilled()).containsExactly(new Prefilled(1, 0));
        assertThat(fixture.step(0).prefillTokens()).isEqualTo(100);
        assertThat(fixture.steps).extracting(step -> step.tokens().length).containsOnly(1);
        assertThat(fixture.step(2).finished()).containsExactly(new Finished(1, FinishReason.LENGTH));
        assertThat(fixture.tokens(1)).isEqualTo(undisturbed(request(prompt(100, 1), 3, 0)));
    }

    @Test
    void takesAsLongAsTheFormulaSays() {
        fixture.submit(1, prompt(100, 1), 3);
        fixture.loop.runAll();

        long prefill = nanos(18.103 + 0.10191 * 100 + 7.12e-6 * 10_000);
        long firstDecode = nanos(19.935 + 6.27e-4 * 101 + 0.0385);
        long secondDecode = nanos(19.935 + 6.27e-4 * 102 + 0.0385);
        assertThat(fixture.steps).extracting(EngineStep::nanos).containsExactly(prefill, firstDecode, secondDecode);
        assertThat(fixture.loop.now()).isEqualTo(prefill + firstDecode + secondDecode);
    }

    @Test
    void dividesDurationsByTheSpeedup() {
        fixture = new EngineFixture(ModelledEngineConfig.defaults(MODEL).withSpeedupRatio(100));
        fixture.submit(1, prompt(100, 1), 1);
        fixture.loop.runAll();

        assertThat(fixture.loop.now()).isEqualTo(nanos((18.103 + 0.10191 * 100 + 7.12e-6 * 10_000) / 100));
    }

    @Test
    void slowsDownFromTheNextIterationOnWhenItsTimingChanges() {
        fixture.submit(1, prompt(100, 1), 2);
        fixture.engine.changeTiming(TimingModel.OPT_13B_TP1.withFactors(2, 2));
        fixture.loop.runAll();

        assertThat(fixture.step(0).nanos()).isEqualTo(nanos(18.103 + 0.10191 * 100 + 7.12e-6 * 10_000));
        assertThat(fixture.step(1).nanos()).isEqualTo(nanos(2 * (19.935 + 6.27e-4 * 101 + 0.0385)));
    }

    @Test
    void letsNewcomersJoinTheNextIteration() {
        fixture.submit(1, prompt(100, 1), 5);
        fixture.submit(2, prompt(50, 2), 5);
        fixture.submit(3, prompt(70, 3), 5);
        assertThat(fixture.engine.load()).isEqualTo(new EngineLoad(1, 2, 7, 0, 220));
        fixture.loop.runAll();

        assertThat(fixture.step(0).sequences()).containsExactly(1);
        assertThat(fixture.step(1).sequences()).containsExactly(1, 2, 3);
        assertThat(fixture.step(1).prefillTokens()).isEqualTo(120);
        assertThat(fixture.step(1).nanos())
                .isEqualTo(nanos(19.935 + 0.10191 * 120 + 7.12e-6 * (2_500 + 4_900) + 6.27e-4 * 101 + 0.0385));
        assertThat(fixture.steps).hasSize(6);
    }

    @Test
    void cutsALongPromptIntoChunks() {
        fixture.submit(1, prompt(5_000, 1), 2);
        fixture.loop.runAll();

        assertThat(fixture.steps).extracting(EngineStep::prefillTokens).containsExactly(2_048, 2_048, 904, 0);
        assertThat(fixture.steps).extracting(step -> step.tokens().length).containsExactly(0, 0, 1, 1);
        assertThat(fixture.step(1).nanos())
                .isEqualTo(nanos(18.103 + 0.10191 * 2_048 + 7.12e-6 * (4_096.0 * 4_096 - 2_048.0 * 2_048)));
        assertThat(fixture.step(2).prefilled()).containsExactly(new Prefilled(1, 0));
    }

    @Test
    void leavesDecodesTheirTokensOfTheBudget() {
        fixture.submit(1, prompt(100, 1), 9);
        fixture.submit(2, prompt(100, 2), 9);
        fixture.loop.runNext();
        fixture.loop.runNext();
        fixture.submit(3, prompt(4_000, 3), 1);
        fixture.loop.runNext();
        fixture.loop.runNext();

        assertThat(fixture.step(3).prefillTokens()).isEqualTo(2_046);
        assertThat(fixture.step(3).sequences()).containsExactly(1, 2);
    }

    @Test
    void startsTheNextPromptWithWhatAPromptLeavesOfTheBudget() {
        fixture.submit(9, prompt(1, 9), 1);
        fixture.submit(1, prompt(2_000, 1), 1);
        fixture.submit(2, prompt(2_000, 2), 1);
        fixture.loop.runAll();

        assertThat(fixture.step(1).prefillTokens()).isEqualTo(2_048);
        assertThat(fixture.step(1).sequences()).containsExactly(1);
        assertThat(fixture.step(2).prefillTokens()).isEqualTo(1_952);
    }

    @Test
    void admitsWholePromptsOnlyWhenTheyMayNotBeCut() {
        EngineCapacity capacity = new EngineCapacity(300, 100, 16, 8, 300);
        fixture = new EngineFixture(
                new ModelledEngineConfig(capacity, TimingModel.OPT_13B_TP1, 1, 0.01, false, true, MODEL));
        fixture.submit(9, prompt(1, 9), 1);
        fixture.submit(1, prompt(200, 1), 1);
        fixture.submit(2, prompt(200, 2), 1);
        fixture.loop.runAll();

        assertThat(fixture.steps).extracting(EngineStep::prefillTokens).containsExactly(1, 200, 200);
    }

    @Test
    void reusesTheBlocksOfAPrefix() {
        fixture.submit(1, prompt(1_000, 1), 1);
        fixture.loop.runAll();
        int[] longer = joined(prompt(1_000, 1), prompt(30, 2));
        fixture.submit(2, longer, 1);
        fixture.loop.runAll();

        // 62 full blocks of the first prompt.
        assertThat(fixture.cachedTokens).containsEntry(2L, 992);
        assertThat(fixture.step(1).prefillTokens()).isEqualTo(38);
        assertThat(fixture.step(1).nanos())
                .isEqualTo(nanos(18.103 + 0.10191 * 38 + 7.12e-6 * (1_030.0 * 1_030 - 992.0 * 992)));
        assertThat(fixture.tokens(2)).isEqualTo(undisturbed(request(longer, 1, 0)));
    }

    @Test
    void computesAtLeastOneTokenOfAPromptThatIsCachedWhole() {
        fixture.submit(1, prompt(160, 1), 1);
        fixture.loop.runAll();
        fixture.submit(2, prompt(160, 1), 1);
        fixture.loop.runAll();

        assertThat(fixture.cachedTokens).containsEntry(2L, 144);
        assertThat(fixture.step(1).prefillTokens()).isEqualTo(16);
        // The recomputed block turned out equal to the cached one.
        assertThat(fixture.engine.load().cachedBlocks()).isEqualTo(10);
    }

    @Test
    void reusesTheAnswerOfAnEarlierTurn() {
        fixture.submit(1, prompt(40, 1), 40);
        fixture.loop.runAll();
        fixture.submit(2, joined(joined(prompt(40, 1), fixture.tokens(1)), prompt(10, 2)), 1);
        fixture.loop.runAll();

        // 79 tokens were computed: the last one of an answer never is.
        assertThat(fixture.cachedTokens).containsEntry(2L, 64);
    }

    @Test
    void sharesBlocksBetweenRunningSequences() {
        fixture.submit(1, prompt(160, 1), 50);
        fixture.loop.runNext();
        fixture.submit(2, joined(prompt(160, 1), prompt(16, 2)), 50);
        fixture.loop.runNext();
        fixture.loop.runNext();

        assertThat(fixture.cachedTokens).containsEntry(2L, 160);
        // 10 shared, and 2 for 162 and 177 tokens.
        assertThat(fixture.engine.load().usedBlocks()).isEqualTo(13);
        fixture.audit();
    }

    @Test
    void computesEverythingAgainWithoutPrefixCaching() {
        ModelledEngineConfig defaults = ModelledEngineConfig.defaults(MODEL);
        fixture = new EngineFixture(
                new ModelledEngineConfig(defaults.capacity(), defaults.timing(), 1, 0.01, true, false, MODEL));
        fixture.submit(1, prompt(160, 1), 1);
        fixture.loop.runAll();
        fixture.submit(2, prompt(160, 1), 1);
        fixture.loop.runAll();

        assertThat(fixture.step(1).prefillTokens()).isEqualTo(160);
        assertThat(fixture.engine.load()).isEqualTo(new EngineLoad(0, 0, 0, 0, 0));
        assertThat(fixture.storedBlocks).isEmpty();
    }

    @Test
    void admitsByPriorityAndThenByArrival() {
        fixture = new EngineFixture(config(new EngineCapacity(1_000, 100, 16, 1, 100)));
        fixture.submit(9, prompt(10, 9), 1);
        fixture.submit(1, request(prompt(10, 1), 1, 0));
        fixture.submit(2, request(prompt(10, 2), 1, 5));
        fixture.submit(3, request(prompt(10, 3), 1, -1));
        fixture.submit(4, request(prompt(10, 4), 1, 5));
        fixture.submit(5, request(prompt(10, 5), 1, 0));
        fixture.loop.runAll();

        assertThat(fixture.finished.keySet()).containsExactly(9L, 2L, 4L, 1L, 5L, 3L);
    }

    @Test
    void letsTheHeadOfTheQueueHoldUpTheRest() {
        fixture = new EngineFixture(config(new EngineCapacity(1_000, 20, 16, 8, 320)));
        fixture.submit(1, prompt(160, 1), 30);
        fixture.submit(2, prompt(200, 2), 1);
        fixture.submit(3, prompt(10, 3), 1);
        fixture.loop.runAll();

        assertThat(fixture.finished.keySet()).containsExactly(1L, 2L, 3L);
        assertThat(fixture.preempted).isEmpty();
    }

    @Test
    void leavesTheWatermarkOverForThoseWhoRun() {
        EngineCapacity capacity = new EngineCapacity(1_000, 20, 16, 8, 320);
        fixture = new EngineFixture(
                new ModelledEngineConfig(capacity, TimingModel.OPT_13B_TP1, 1, 0.1, true, true, MODEL));
        fixture.submit(1, prompt(160, 1), 2);
        fixture.submit(2, prompt(9 * 16, 2), 1);
        fixture.loop.runNext();
        assertThat(fixture.engine.load().running()).isEqualTo(1);
        fixture.loop.runNext();

        assertThat(fixture.engine.load().running()).isEqualTo(1);
        assertThat(fixture.finished).containsOnlyKeys(1L);
    }

    @Test
    void givesALoneSequenceTheWholeCache() {
        EngineCapacity capacity = new EngineCapacity(320, 20, 16, 8, 64);
        fixture = new EngineFixture(
                new ModelledEngineConfig(capacity, TimingModel.OPT_13B_TP1, 1, 0.5, true, true, MODEL));
        fixture.submit(1, prompt(200, 1), 120);
        fixture.loop.runAll();

        assertThat(fixture.tokens(1)).hasSize(120);
        assertThat(fixture.preempted).isEmpty();
    }

    @Test
    void preemptsTheNewestWhenADecodeFindsNoBlock() {
        fixture = new EngineFixture(config(new EngineCapacity(320, 20, 16, 8, 320)));
        fixture.submit(1, prompt(96, 1), 100);
        fixture.submit(2, prompt(96, 2), 100);
        fixture.submit(3, prompt(96, 3), 100);
        fixture.loop.runAll();

        assertThat(fixture.preempted).startsWith(3L).contains(2L).doesNotContain(1L);
        assertThat(fixture.finished.keySet()).containsExactly(1L, 2L, 3L);
        for (int id = 1; id <= 3; id++) {
            assertThat(fixture.tokens(id)).isEqualTo(undisturbed(request(prompt(96, id), 100, 0)));
        }
        assertThat(fixture.engine.load().usedBlocks()).isZero();
    }

    @Test
    void admitsNobodyInTheIterationThatPreempts() {
        fixture = new EngineFixture(config(new EngineCapacity(320, 20, 16, 8, 320)));
        fixture.submit(1, prompt(144, 1), 100);
        fixture.submit(2, prompt(144, 2), 100);
        fixture.loop.runNext();
        fixture.submit(3, request(prompt(33, 3), 1, 1));
        while (fixture.preempted.isEmpty()) {
            fixture.loop.runNext();
        }

        assertThat(fixture.engine.load().waiting()).isEqualTo(2);
        fixture.loop.runNext();
        assertThat(fixture.engine.load().running()).isEqualTo(2);
        fixture.loop.runNext();
        assertThat(fixture.finished).containsOnlyKeys(3L);
    }

    @Test
    void putsAPreemptedSequenceBeforeThoseWhoNeverRan() {
        fixture = new EngineFixture(config(new EngineCapacity(320, 20, 16, 2, 320)));
        fixture.submit(1, prompt(144, 1), 100);
        fixture.submit(2, prompt(144, 2), 100);
        fixture.submit(3, prompt(16, 3), 1);
        fixture.loop.runAll();

        assertThat(fixture.preempted).containsOnly(2L);
        assertThat(fixture.finished.keySet()).containsExactly(1L, 3L, 2L);
        assertThat(fixture.steps.stream()
                        .filter(step -> Arrays.stream(step.sequences()).anyMatch(id -> id == 3))
                        .findFirst()
                        .orElseThrow()
                        .sequences())
                .contains(2);
    }

    @Test
    void setsNoTimerWhenIdleAndOneWhenNot() {
        assertThat(fixture.loop.pending()).isZero();
        fixture.submit(1, prompt(100, 1), 20);
        fixture.submit(2, prompt(100, 2), 10);
        int turns = 0;
        while (fixture.loop.pending() > 0) {
            assertThat(fixture.loop.pending()).isEqualTo(1);
            fixture.loop.runNext();
            turns++;
        }

        assertThat(turns).isEqualTo(fixture.steps.size());
        assertThat(fixture.finished).containsOnlyKeys(1L, 2L);
    }

    @Test
    @DisplayName("CAN-2: a cancelled sequence releases its blocks at once and yields nothing more")
    @Shows("CAN-2")
    void releasesTheBlocksOfACancelledSequenceInTheMiddleOfAnIteration() {
        fixture.submit(1, prompt(100, 1), 20);
        fixture.submit(2, prompt(100, 2), 20);
        fixture.loop.runNext();
        fixture.loop.runNext();
        fixture.cancel(2);

        assertThat(fixture.engine.load()).isEqualTo(new EngineLoad(1, 0, 7, 6, 0));
        fixture.audit();
        fixture.loop.runAll();
        assertThat(fixture.tokens(2)).hasSize(1);
        assertThat(fixture.finished).containsOnlyKeys(1L);
    }

    @Test
    void forgetsCancelledSequencesThatWaitOrPrefill() {
        fixture.submit(1, prompt(5_000, 1), 20);
        fixture.submit(2, prompt(100, 2), 20);
        fixture.loop.runNext();
        fixture.cancel(1);
        fixture.cancel(2);
        fixture.cancel(77);

        assertThat(fixture.engine.load()).isEqualTo(new EngineLoad(0, 0, 0, 128, 0));
        fixture.loop.runAll();
        assertThat(fixture.steps).hasSize(2);
        assertThat(fixture.step(1).tokens()).isEmpty();
        assertThat(fixture.finished).isEmpty();
    }

    @Test
    void startsANewcomerAfterTheIterationWhoseSequencesWereAllCancelled() {
        fixture.submit(1, prompt(100, 1), 20);
        fixture.cancel(1);
        fixture.submit(2, prompt(100, 2), 1);
        assertThat(fixture.loop.pending()).isEqualTo(1);
        fixture.loop.runAll();

        assertThat(fixture.steps).extracting(step -> step.tokens().length).containsExactly(0, 1);
    }

    @Test
    void takesCallsFromItsListener() {
        fixture.submit(1, prompt(100, 1), 20);
        fixture.submit(2, prompt(100, 2), 20);
        fixture.onStep = () -> {
            if (fixture.steps.size() == 2) {
                fixture.cancel(1);
                fixture.submit(3, prompt(10, 3), 2);
                fixture.onStep = () -> {};
            }
        };
        fixture.loop.runAll();

        assertThat(fixture.tokens(1)).hasSize(2);
        assertThat(fixture.finished).containsOnlyKeys(2L, 3L);
        assertThat(fixture.step(2).sequences()).containsExactly(2, 3);
    }

    @Test
    void refusesWhatCanNeverFitButNotInsideTheCall() {
        fixture = new EngineFixture(config(new EngineCapacity(500, 20, 16, 8, 320)));
        fixture.submit(1, prompt(400, 1), 101);
        fixture.submit(2, prompt(300, 2), 21);
        fixture.submit(3, prompt(0, 3), 5);
        fixture.submit(4, prompt(400, 1), Integer.MAX_VALUE);
        fixture.submit(5, prompt(400, 1), 101);
        fixture.cancel(5);
        assertThat(fixture.failed).isEmpty();
        fixture.loop.runAll();

        assertThat(fixture.failed.keySet()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(fixture.failed.values()).extracting(error -> error.type()).containsOnly(ErrorType.INVALID_ARGUMENT);
        assertThat(fixture.failed.get(1L).message()).contains("400", "101", "500");
        assertThat(fixture.failed.get(2L).message()).contains("KV cache of 320");
        assertThat(fixture.steps).isEmpty();
    }

    @Test
    void refusesAnIdThatIsInUse() {
        fixture.submit(1, prompt(10, 1), 5);

        assertThatThrownBy(() -> fixture.engine.submit(1, request(prompt(10, 1), 5, 0)))
                .isInstanceOf(BrokenInvariant.class)
                .hasMessageContaining("1");
    }

    @Test
    void finishesWithoutATokenWhenNoneIsAskedFor() {
        fixture.submit(1, prompt(10, 1), 0);
        fixture.loop.runAll();

        assertThat(fixture.steps).hasSize(1);
        assertThat(fixture.step(0).tokens()).isEmpty();
        assertThat(fixture.step(0).finished()).containsExactly(new Finished(1, FinishReason.LENGTH));
    }

    @Test
    void finishesWithoutATokenWhenTheModelEndsItsAnswer() {
        GenerateRequest request = request(prompt(10, 1), new StopConditions(5_000, 0, false, List.of()), 0);
        fixture.submit(1, request);
        fixture.loop.runAll();

        assertThat(fixture.tokens(1)).isEqualTo(undisturbed(request));
        assertThat(fixture.finished).containsEntry(1L, FinishReason.STOP);
        assertThat(fixture.steps.getLast().tokens()).isEmpty();
    }

    @Test
    @DisplayName("MIG-1: another engine goes on with the same tokens from any cut")
    @Shows("MIG-1")
    void continuesOnAnotherEngineFromAnyCut() {
        StopConditions stop = new StopConditions(400, 30, false, List.of());
        GenerateRequest request = request(prompt(50, 4), stop, 0);
        fixture.submit(1, request);
        fixture.loop.runAll();
        int[] whole = fixture.tokens(1);
        assertThat(whole).hasSizeGreaterThan(30);

        for (int cut = 0; cut <= whole.length; cut++) {
            int[] delivered = Arrays.copyOf(whole, cut);
            EngineFixture other = new EngineFixture(config(new EngineCapacity(600, 60, 8, 2, 33)));
            other.submit(7, request(joined(request.tokens(), delivered), stop.after(cut), 0));
            other.loop.runAll();

            assertThat(joined(delivered, other.tokens(7))).as("cut at %s", cut).isEqualTo(whole);
            assertThat(other.finished).containsEntry(7L, fixture.finished.get(1L));
        }
    }

    @Test
    void saysNothingAfterItIsClosed() {
        fixture.submit(1, prompt(10, 1), 5);
        fixture.submit(2, prompt(0, 1), 5);
        fixture.engine.close();
        fixture.submit(3, prompt(10, 1), 5);
        fixture.loop.runAll();

        assertThat(fixture.steps).isEmpty();
        assertThat(fixture.failed).isEmpty();
        assertThat(fixture.loop.now()).isZero();
    }

    @Test
    void canBeClosedByItsListener() {
        fixture.submit(1, prompt(10, 1), 5);
        fixture.onStep = fixture.engine::close;
        fixture.loop.runAll();

        assertThat(fixture.steps).hasSize(1);
    }

    @Test
    void sendsArraysThatItDoesNotUseAgain() {
        fixture.submit(1, prompt(10, 1), 3);
        fixture.loop.runNext();
        int[] first = fixture.step(0).tokens().clone();
        fixture.loop.runAll();

        assertThat(fixture.step(0).tokens()).isEqualTo(first);
        assertThat(fixture.step(0).tokens()).isNotSameAs(fixture.step(1).tokens());
    }

    private static long nanos(double millis) {
        return Math.round(millis * 1e6);
    }
}
