package io.faultline.runtime.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.frontend.FrontendFixture.Answer;
import io.faultline.runtime.frontend.FrontendFixture.ScriptedWorker;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.Outcome;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.text.ByteTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a client sees of a frontend while its workers come, die, fall silent and recover.
class FrontendNodeTest {
    private static final long SECOND = 1_000_000_000L;

    private final FrontendFixture cluster = new FrontendFixture(MigrationConfig.upTo(2));

    @Test
    void streamsAnAnswerFromOneWorker() {
        ScriptedWorker worker = cluster.worker("w0");
        Answer answer = cluster.ask("hello", 100);
        worker.say("wor");
        worker.say("ld");
        worker.finish(FinishReason.STOP);
        assertThat(answer.text).hasToString("world");
        assertThat(completed(answer).reason()).isEqualTo(FinishReason.STOP);
        assertThat(completed(answer).usage().promptTokens()).isEqualTo(5);
        assertThat(completed(answer).usage().completionTokens()).isEqualTo(5);
        assertThat(completed(answer).usage().cachedTokens()).isEqualTo(2);
    }

    /// MIG-1: prompt and delivered tokens are replayed, limits reduced, nothing lost or repeated.
    @Test
    @Shows("MIG-1")
    void goesOnElsewhereAfterTheDeliveredTokensWhenAWorkerDies() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        first.die();
        assertThat(second.only().tokens()).isEqualTo(new ByteTokenizer().encode("hellowor"));
        assertThat(second.only().stop().maxTokens()).isEqualTo(97);
        second.say("ld");
        second.finish(FinishReason.STOP);
        assertThat(answer.text).hasToString("world");
        assertThat(completed(answer).usage().promptTokens()).isEqualTo(5);
        assertThat(completed(answer).usage().completionTokens()).isEqualTo(5);
        assertThat(completed(answer).workers()).hasSize(2);
        MigrationEvent.MigrationCompleted moved =
                cluster.events(MigrationEvent.MigrationCompleted.class).getFirst();
        assertThat(moved.type()).isEqualTo(MigrationType.ONGOING_REQUEST);
        assertThat(moved.recomputedTokens()).isEqualTo(6);
    }

    /// MIG-2: a worker lost before the first token.
    @Test
    @Shows("MIG-2")
    void countsANewRequestWhenTheWorkerDiesBeforeItsFirstToken() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        first.die();
        second.say("hi");
        second.finish(FinishReason.STOP);
        assertThat(answer.text).hasToString("hi");
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class))
                .singleElement()
                .extracting(MigrationEvent.MigrationStarted::type)
                .isEqualTo(MigrationType.NEW_REQUEST);
        assertThat(cluster.events(RequestEvent.FirstToken.class)).hasSize(1);
    }

    /// MIG-2: migration while migrating, and the end of the budget.
    @Test
    @Shows({"MIG-2", "REQ-8"})
    void failsWithTheLastErrorWhenTheBudgetIsSpent() {
        List<ScriptedWorker> workers =
                List.of(cluster.worker("w0"), cluster.worker("w1"), cluster.worker("w2"), cluster.worker("w3"));
        Answer answer = cluster.ask("hello", 100);
        for (ScriptedWorker worker : workers.subList(0, 3)) {
            assertThat(answer.outcome).isEmpty();
            worker.say("x");
            worker.die();
            cluster.loop.runFor(SECOND / 5);
        }
        assertThat(answer.text).hasToString("xxx");
        assertThat(answer.outcome.orElseThrow()).isInstanceOfSatisfying(Outcome.Failed.class, f -> {
            assertThat(f.error().type()).isEqualTo(ErrorType.DISCONNECTED);
            assertThat(f.error().message()).contains("migration limit of 2 exhausted");
        });
        assertThat(workers.get(3).open).isEmpty();
        assertThat(cluster.events(MigrationEvent.MigrationFailed.class)).hasSize(1);
    }

    @Test
    void waitsForAReplacementWhenNoWorkerIsLeft() {
        ScriptedWorker first = cluster.worker("w0");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        first.die();
        assertThat(answer.outcome).isEmpty();
        ScriptedWorker second = cluster.worker("w1");
        second.say("ld");
        second.finish(FinishReason.STOP);
        assertThat(answer.text).hasToString("world");
    }

    @Test
    void endsWithAnErrorWhenNoReplacementComes() {
        ScriptedWorker only = cluster.worker("w0");
        Answer answer = cluster.ask("hello", 100);
        only.say("wor");
        only.die();
        cluster.loop.runFor(MigrationConfig.defaults().patienceNanos());
        assertThat(answer.outcome.orElseThrow())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, f -> assertThat(f.error().type()).isEqualTo(ErrorType.UNAVAILABLE));
    }

    /// Only the last frame was lost: nothing is left to generate.
    @Test
    void completesWhenTheWorkerDiesBetweenTheLastTokenAndTheEnd() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 3);
        first.say("wor");
        first.die();
        assertThat(completed(answer).reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(answer.text).hasToString("wor");
        assertThat(second.open).isEmpty();
    }

    @Test
    void completesAMigrationWhoseReplacementHasNothingToAdd() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        first.say("world");
        first.die();
        second.finish(FinishReason.STOP);
        assertThat(answer.text).hasToString("world");
        assertThat(cluster.events(MigrationEvent.MigrationCompleted.class)).hasSize(1);
    }

    /// MIG-4: the matcher's state is carried over.
    @Test
    @Shows("MIG-4")
    void findsAStopStringThatBeganOnTheWorkerThatDied() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100, "END");
        first.say("abcE");
        first.die();
        assertThat(answer.text).hasToString("abc");
        second.say("NDdef");
        assertThat(answer.text).hasToString("abc");
        assertThat(completed(answer).reason()).isEqualTo(FinishReason.STOP);
        assertThat(second.cancelled).as("the worker stops generating").hasSize(1);
    }

    /// MIG-4: a character that was cut in two by the migration.
    @Test
    @Shows("MIG-4")
    void putsTogetherACharacterWhoseBytesCameFromTwoWorkers() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        byte[] umlaut = "ü".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        first.sayToken(umlaut[0] & 0xFF);
        first.die();
        second.sayToken(umlaut[1] & 0xFF);
        second.finish(FinishReason.STOP);
        assertThat(answer.text).hasToString("ü");
    }

    /// MIG-5: set aside at once, back only after an answer to a ping.
    @Test
    @Shows("MIG-5")
    void setsAFailedInstanceAsideUntilItAnswersAPing() {
        ScriptedWorker first = cluster.worker("w0");
        cluster.worker("w1");
        cluster.ask("hello", 100);
        first.die();
        assertThat(cluster.frontend.state().instances()).extracting("inhibited").containsExactly(true, false);
        cluster.loop.runFor(2 * SECOND);
        assertThat(cluster.events(DiscoveryEvent.InstanceReinstated.class)).isEmpty();
        first.listen();
        first.ready = false;
        cluster.loop.runFor(5 * SECOND);
        assertThat(cluster.events(DiscoveryEvent.InstanceReinstated.class))
                .as("alive is not ready")
                .isEmpty();
        first.ready = true;
        cluster.loop.runFor(5 * SECOND);
        assertThat(cluster.events(DiscoveryEvent.InstanceReinstated.class)).hasSize(1);
        assertThat(cluster.frontend.state().instances()).extracting("inhibited").containsExactly(false, false);
    }

    /// HLT-4: a frozen worker's sockets stay open.
    @Test
    @Shows("HLT-4")
    void leavesAWorkerThatFallsSilent() {
        ScriptedWorker first = cluster.worker("w0");
        ScriptedWorker second = cluster.worker("w1");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        cluster.loop.runFor(SECOND);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class))
                .as("heartbeats keep a slow worker")
                .isEmpty();
        cluster.network.silence("w0");
        cluster.loop.runFor(SECOND / 2);
        assertThat(cluster.events(MigrationEvent.MigrationStarted.class))
                .singleElement()
                .extracting(MigrationEvent.MigrationStarted::because)
                .isEqualTo(ErrorType.RESPONSE_TIMEOUT);
        second.say("ld");
        second.finish(FinishReason.STOP);
        assertThat(answer.text).hasToString("world");
    }

    /// CAN-1, CAN-2: the engine is told, nothing runs on.
    @Test
    @Shows({"CAN-1", "CAN-2"})
    void cancelsAtTheWorkerWhenTheClientLeaves() {
        ScriptedWorker worker = cluster.worker("w0");
        Answer answer = cluster.ask("hello", 100);
        worker.say("wor");
        answer.ticket.cancel(StopReason.CLIENT_GONE);
        cluster.settle();
        assertThat(worker.cancelled).hasSize(1);
        assertThat(answer.outcome).contains(new Outcome.Cancelled(StopReason.CLIENT_GONE));
        answer.ticket.cancel(StopReason.CLIENT_GONE);
        assertThat(cluster.events(RequestEvent.RequestCancelled.class)).hasSize(1);
    }

    /// CAN-3: cancelled while it waits for a replacement.
    @Test
    @Shows("CAN-3")
    void startsNoNewAttemptForACancelledRequest() {
        ScriptedWorker first = cluster.worker("w0");
        Answer answer = cluster.ask("hello", 100);
        first.say("wor");
        first.die();
        answer.ticket.cancel(StopReason.CLIENT_GONE);
        ScriptedWorker second = cluster.worker("w1");
        cluster.loop.runFor(5 * SECOND);
        assertThat(second.open).isEmpty();
        assertThat(answer.outcome).contains(new Outcome.Cancelled(StopReason.CLIENT_GONE));
    }

    @Test
    void refusesAnUnknownModelAndAnEmptyCluster() {
        Answer unknown = cluster.ask("other", "hello", new StopConditions(5, 0, false, List.of()));
        assertThat(failure(unknown)).isEqualTo(ErrorType.NOT_FOUND);
        ScriptedWorker worker = cluster.worker("w0");
        worker.leave();
        cluster.loop.runFor(MigrationConfig.defaults().patienceNanos());
        Answer later = cluster.ask("hello", 5);
        assertThat(later.outcome.orElseThrow()).isInstanceOfSatisfying(Outcome.Rejected.class, r -> {
            assertThat(r.error().type()).isEqualTo(ErrorType.UNAVAILABLE);
            assertThat(r.retryAfterSeconds()).isPositive();
        });
    }

    @Test
    void refusesAPromptThatDoesNotFitTheContext() {
        cluster.worker("w0");
        String atTheLimit = "x".repeat(FrontendFixture.CONTEXT - 1);
        assertThat(cluster.ask(atTheLimit, 1).outcome).isEmpty();
        assertThat(failure(cluster.ask(atTheLimit + "x", 1))).isEqualTo(ErrorType.INVALID_ARGUMENT);
        assertThat(failure(cluster.ask(atTheLimit, 2))).isEqualTo(ErrorType.INVALID_ARGUMENT);
        assertThat(cluster.ask(atTheLimit, Integer.MAX_VALUE).outcome)
                .as("an open length takes what is left")
                .isEmpty();
    }

    /// SHD-3.
    @Test
    @Shows("SHD-3")
    void drainsRunningStreamsAndRefusesNewOnesWhenItStops() {
        ScriptedWorker worker = cluster.worker("w0");
        Answer running = cluster.ask("hello", 100);
        cluster.frontend.stop();
        Answer late = cluster.ask("hello", 100);
        assertThat(late.outcome.orElseThrow()).isInstanceOf(Outcome.Rejected.class);
        assertThat(cluster.ended).isEmpty();
        worker.say("world");
        worker.finish(FinishReason.STOP);
        cluster.loop.runFor(SECOND);
        assertThat(running.text).hasToString("world");
        assertThat(cluster.ended.orElseThrow().code()).isZero();
    }

    private static Outcome.Completed completed(Answer answer) {
        return (Outcome.Completed) answer.outcome.orElseThrow();
    }

    private static ErrorType failure(Answer answer) {
        return ((Outcome.Failed) answer.outcome.orElseThrow()).error().type();
    }
}
