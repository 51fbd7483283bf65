package io.faultline.runtime.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.frontend.FrontendFixture.Answer;
import io.faultline.runtime.frontend.FrontendFixture.ScriptedWorker;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.migration.StallConfig;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.shown.Shows;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The corners of a recovery: workers fail again and again, at the worst token, or without failing at all; and
/// nobody is
/// left, or nobody waits any more.
class RecoveryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE = 3 * SECOND;
    private static final long FIRST_TOKEN = 20 * SECOND;
    private static final long NEXT_TOKEN = 5 * SECOND;
    private static final int CAP = 10;

    private final FrontendFixture cluster = new FrontendFixture(
            MigrationConfig.upTo(3).withPatienceNanos(PATIENCE).withStall(new StallConfig(FIRST_TOKEN, NEXT_TOKEN)));

    // ---- at the worst token

    @Test
    @DisplayName("MIG-1 MIG-4: killed with one token left, the next worker is asked for one")
    @Shows({"MIG-1", "MIG-4"})
    void asksForTheOneTokenThatIsLeft() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 3);
        first.say("wo");
        first.die();
        assertThat(second.only().stop().maxTokens()).isEqualTo(1);
        second.say("r");
        second.finish(FinishReason.LENGTH);
        assertCompleted(answer, "wor", FinishReason.LENGTH, 3);
    }

    @Test
    @DisplayName("MIG-4: min_tokens counts over all attempts")
    @Shows("MIG-4")
    void countsFewestTokensOverAllAttempts() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask(FrontendFixture.MODEL, "hello", new StopConditions(100, 4, false, List.of("b")));
        first.say("ab");
        first.die();
        assertThat(second.only().stop().minTokens()).isEqualTo(2);
        second.say("cb");
        assertThat(answer.outcome)
                .as("the stop string came within the first four tokens")
                .isEmpty();
        second.say("db");
        assertCompleted(answer, "abcbd", FinishReason.STOP, 6);
    }

    @Test
    @DisplayName("MIG-4: a stop string over three workers")
    @Shows("MIG-4")
    void matchesAStopStringOverThreeWorkers() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        ScriptedWorker third = cluster.worker("w2");
        Answer answer = cluster.ask("hello", 100, "STOP");
        first.say("aS");
        first.die();
        second.say("TO");
        second.die();
        cluster.loop.runFor(SECOND);
        assertThat(answer.text).hasToString("a");
        third.say("P");
        assertCompleted(answer, "a", FinishReason.STOP, 5);
        assertThat(third.cancelled).hasSize(1);
    }

    // ---- again and again

    @Test
    @DisplayName("MIG-2: a replacement killed before its first token extends the gap of the first break")
    @Shows({"MIG-2", "REQ-10"})
    void goesOnWhenTheReplacementDiesToo() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        ScriptedWorker third = cluster.worker("w2");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        first.die();
        cluster.loop.runFor(SECOND);
        second.die();
        cluster.loop.runFor(SECOND);
        third.say("ld");
        third.finish(FinishReason.STOP);
        assertCompleted(answer, "world", FinishReason.STOP, 5);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class)).hasSize(2);
        assertThat(cluster.events(MigrationEvent.MigrationCompleted.class))
                .singleElement()
                .satisfies(moved -> {
                    assertThat(moved.attempt())
                            .as("the attempt that broke last")
                            .isEqualTo(1);
                    assertThat(moved.gapNanos()).as("both waits").isGreaterThan(2 * SECOND);
                });
    }

    @Test
    @DisplayName("MIG-2: both kinds use up one budget")
    @Shows("MIG-2")
    void chargesBothKindsToOneBudget() {
        List<ScriptedWorker> workers =
                List.of(cluster.worker("w0"), cluster.worker("w1"), cluster.worker("w2"), cluster.worker("w3"));
        Answer answer = cluster.ask("hello", 100);
        workers.get(0).die();
        cluster.loop.runFor(SECOND);
        workers.get(1).die();
        cluster.loop.runFor(SECOND);
        workers.get(2).say("x");
        workers.get(2).die();
        cluster.loop.runFor(SECOND);
        workers.get(3).say("y");
        assertThat(answer.outcome).isEmpty();
        workers.get(3).die();
        assertThat(failure(answer).message()).contains("migration limit of 3 exhausted");
        assertThat(answer.text).hasToString("xy");
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class))
                .extracting(MigrationEvent.MigrationStarted::type)
                .containsExactly(MigrationType.NEW_REQUEST, MigrationType.NEW_REQUEST, MigrationType.ONGOING_REQUEST);
    }

    @ParameterizedTest
    @EnumSource(ErrorType.class)
    @DisplayName("MIG-3: the table decides what happens to a stream that broke")
    @Shows({"MIG-3", "REQ-7b"})
    void followsTheTable(ErrorType type) {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        first.fail(type);
        assertThat(cluster.frontend.state().instances())
                .extracting(FrontendPort.InstanceState::inhibited)
                .containsExactly(type.inhibits(), false);
        if (type.migratable()) {
            second.say("ld");
            second.finish(FinishReason.STOP);
            assertCompleted(answer, "world", FinishReason.STOP, 5);
        } else {
            assertThat(failure(answer).type()).isEqualTo(type);
            assertThat(second.open).isEmpty();
        }
    }

    @Test
    @DisplayName("MIG-3: a recovery ends, and is told to have failed, when the replacement meets a fatal error")
    @Shows("MIG-3")
    void tellsTheEndOfARecoveryThatMetAFatalError() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        first.die();
        second.fail(ErrorType.ENGINE_FAILED);
        assertThat(failure(answer).type()).isEqualTo(ErrorType.ENGINE_FAILED);
        assertThat(cluster.events(MigrationEvent.MigrationFailed.class)).hasSize(1);
    }

    // ---- without failing

    @Test
    @DisplayName("MIG-2: a stream that yields nothing moves although its worker is heard of")
    @Shows("MIG-2")
    void leavesAStreamThatStalls() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        cluster.loop.runFor(NEXT_TOKEN - SECOND);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class)).isEmpty();
        cluster.loop.runFor(SECOND);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class))
                .singleElement()
                .extracting(MigrationEvent.MigrationStarted::because)
                .isEqualTo(ErrorType.STREAM_STALLED);
        assertThat(first.cancelled).as("the worker is told to stop").hasSize(1);
        first.say("late");
        second.say("ld");
        second.finish(FinishReason.STOP);
        assertCompleted(answer, "world", FinishReason.STOP, 5);
    }

    @Test
    @DisplayName("MIG-2: the queue and the prefill before the first token have a limit of their own")
    @Shows("MIG-2")
    void givesTheFirstTokenItsOwnTime() {
        cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        cluster.loop.runFor(FIRST_TOKEN - SECOND);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class)).isEmpty();
        cluster.loop.runFor(SECOND);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class))
                .singleElement()
                .extracting(MigrationEvent.MigrationStarted::type)
                .isEqualTo(MigrationType.NEW_REQUEST);
        second.say("hi");
        second.finish(FinishReason.STOP);
        assertCompleted(answer, "hi", FinishReason.STOP, 2);
    }

    // ---- the length cap

    @Test
    @DisplayName("MIG-3: a request over the length cap is not moved, and that is told once")
    @Shows("MIG-3")
    void doesNotMoveWhatIsOverTheCap() {
        FrontendFixture capped = new FrontendFixture(MigrationConfig.upTo(3).withSequenceTokensMax(CAP));
        ScriptedWorker first = capped.worker("w0");
        capped.worker("w1");
        Answer answer = capped.ask("hello", 100);
        first.say("worlds");
        first.die();
        assertThat(failure(answer).message()).contains("over the migration cap of 10");
        assertThat(capped.events(MigrationEvent.MigrationCapExceeded.class))
                .extracting(MigrationEvent.MigrationCapExceeded::sequenceTokens)
                .containsExactly(CAP + 1);
    }

    @Test
    void movesWhatIsExactlyAtTheCap() {
        FrontendFixture capped = new FrontendFixture(MigrationConfig.upTo(3).withSequenceTokensMax(CAP));
        ScriptedWorker first = capped.worker("w0");
        ScriptedWorker second = capped.worker("w1");
        capped.ask("hello", 100);
        first.say("world");
        first.die();
        assertThat(second.open).hasSize(1);
        assertThat(capped.events(MigrationEvent.MigrationCapExceeded.class)).isEmpty();
    }

    // ---- nobody is left

    @Test
    @DisplayName("REQ-3: a new request waits for a model that was lost a moment ago")
    @Shows("REQ-3")
    void aNewRequestWaitsForAModelThatWasJustLost() {
        cluster.worker("w0").leave();
        Answer answer = cluster.ask("hello", 100);
        cluster.loop.runFor(PATIENCE - SECOND);
        assertThat(answer.outcome).isEmpty();
        ScriptedWorker second = cluster.worker("w1");
        second.say("world");
        second.finish(FinishReason.STOP);
        assertCompleted(answer, "world", FinishReason.STOP, 5);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class)).isEmpty();
    }

    @Test
    @DisplayName("REQ-3: the wait is counted from the loss, and ends in a refusal")
    @Shows("REQ-3")
    void aNewRequestIsRefusedWhenTheFixedTimeIsOver() {
        cluster.worker("w0").leave();
        cluster.loop.runFor(PATIENCE - SECOND);
        Answer waiting = cluster.ask("hello", 100);
        assertThat(waiting.outcome).isEmpty();
        cluster.loop.runFor(SECOND);
        assertRefused(waiting);
        assertRefused(cluster.ask("hello", 100));
    }

    @Test
    @DisplayName("REQ-3: a request whose only worker was set aside goes on there when it is healthy again")
    @Shows({"REQ-3", "MIG-5"})
    void goesOnWithTheSameWorkerWhenItIsHealthyAgain() {
        ScriptedWorker only = cluster.worker("w0");
        Answer answer = cluster.ask("hello", 100);
        only.say("wor");
        only.fail(ErrorType.ENGINE_SHUTDOWN);
        Answer fresh = cluster.ask("hello", 100);
        assertThat(only.open).as("not before it has answered a ping").isEmpty();
        cluster.loop.runFor(SECOND);
        assertThat(only.open).hasSize(2);
        assertThat(answer.outcome).isEmpty();
        assertThat(fresh.outcome).isEmpty();
    }

    @Test
    void aRequestThatWaitsForNobodyLeavesNothingBehind() {
        cluster.worker("w0").leave();
        assertThat(cluster.ask("hello", 100).outcome).isEmpty();
        cluster.loop.runFor(PATIENCE);
        long attempts = cluster.events(RequestEvent.RequestRouted.class).size();
        assertThat(cluster.worker("w1").open).isEmpty();
        assertThat(cluster.events(RequestEvent.RequestRouted.class)).hasSize((int) attempts);
    }

    @Test
    @DisplayName("MIG-2: the deadline holds while a request waits for its next worker")
    @Shows("MIG-2")
    void theDeadlineEndsAWait() {
        ScriptedWorker only = cluster.worker("w0");
        Answer answer =
                cluster.ask(FrontendFixture.MODEL, "hello", new StopConditions(100, 0, false, List.of()), 2 * SECOND);
        only.say("wor");
        only.die();
        cluster.loop.runFor(2 * SECOND);
        assertThat(failure(answer).type()).isEqualTo(ErrorType.DEADLINE_EXCEEDED);
        assertThat(cluster.events(MigrationEvent.MigrationFailed.class)).hasSize(1);
    }

    // ---- nobody waits any more

    @Test
    @DisplayName("CAN-3: cancelled while it waits for an instance, one end and no attempt")
    @Shows("CAN-3")
    void aCancelledWaitStartsNoAttempt() {
        cluster.worker("w0").leave();
        Answer answer = cluster.ask("hello", 100);
        answer.ticket.cancel(StopReason.CLIENT_GONE);
        assertThat(answer.outcome).contains(new Outcome.Cancelled(StopReason.CLIENT_GONE));
        assertThat(cluster.worker("w1").open).isEmpty();
        cluster.loop.runFor(PATIENCE);
        assertThat(cluster.events(RequestEvent.RequestRejected.class)).isEmpty();
    }

    @Test
    @DisplayName("CAN-3: cancelled while it backs off, one end and no attempt")
    @Shows("CAN-3")
    void aCancelledBackOffStartsNoAttempt() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        ScriptedWorker third = cluster.worker("w2");
        Answer answer = cluster.ask("hello", 100);
        first.die();
        second.die();
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class)).hasSize(2);
        assertThat(third.open).as("backing off").isEmpty();
        answer.ticket.cancel(StopReason.CLIENT_GONE);
        cluster.loop.runFor(10 * SECOND);
        assertThat(answer.outcome).contains(new Outcome.Cancelled(StopReason.CLIENT_GONE));
        assertThat(third.open).isEmpty();
        assertThat(cluster.events(RequestEvent.RequestCancelled.class)).hasSize(1);
    }

    @Test
    @DisplayName("CAN-3: cancelled by its own sink in the middle of a frame, nothing more is heard")
    @Shows("CAN-3")
    void theCancellationOfACompletedRequestDoesNothing() {
        ScriptedWorker first = cluster.worker("w0");
        Answer answer = cluster.ask("hello", 100);
        first.say("hi");
        first.finish(FinishReason.STOP);
        answer.ticket.cancel(StopReason.CLIENT_GONE);
        cluster.loop.runFor(SECOND);
        assertCompleted(answer, "hi", FinishReason.STOP, 2);
        assertThat(cluster.events(RequestEvent.RequestCancelled.class)).isEmpty();
        assertThat(first.cancelled).isEmpty();
    }

    private static void assertCompleted(Answer answer, String text, FinishReason reason, int tokens) {
        assertThat(answer.text).hasToString(text);
        assertThat(answer.outcome.orElseThrow()).isInstanceOfSatisfying(Outcome.Completed.class, completed -> {
            assertThat(completed.reason()).isEqualTo(reason);
            assertThat(completed.usage().completionTokens()).isEqualTo(tokens);
            assertThat(completed.usage().promptTokens()).isEqualTo(5);
        });
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.outcome.orElseThrow())
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        refused -> assertThat(refused.error().type()).isEqualTo(ErrorType.UNAVAILABLE));
    }

    private static RequestError failure(Answer answer) {
        return ((Outcome.Failed) answer.outcome.orElseThrow()).error();
    }
}
