package io.faultline.backend.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.event.ClientEvent;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.judgement.Finding;
import io.faultline.runtime.judgement.Verdict.Level;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.seam.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Drives the feed's timer, the cluster's loop and the listeners by hand, so that every interleaving is the test's.
class WorldFeedTest {
    private static final long SECOND = 1_000_000_000L;

    private final ScriptedWorld world = new ScriptedWorld();
    private final HandClock clock = new HandClock();
    private final Queue<Runnable> deliveries = new ArrayDeque<>();
    private final WorldFeed feed = new WorldFeed(world, FeedLimits.defaults(), clock, deliveries::add);

    @AfterEach
    void closeFeed() {
        feed.close();
    }

    @Test
    void showsNothingBeforeTheClustersFirstWord() {
        assertThat(feed.latest().number()).isZero();
        assertThat(feed.latest().verdict().level()).isEqualTo(Level.UNKNOWN);
    }

    @Test
    void takesAFrameOnlyAfterSomethingHappenedOrWhileRatesStillFall() {
        world.worker("decode-0", 7);
        look();
        long afterFirst = feed.latest().number();
        world.pass(10 * SECOND);
        look();
        assertThat(feed.latest().number()).isEqualTo(afterFirst + 1);

        world.pass(60 * SECOND);
        look();
        long quiet = feed.latest().number();
        world.pass(60 * SECOND);
        look();
        assertThat(feed.latest().number()).as("nothing changed for a minute").isEqualTo(quiet);

        world.says("operator").emit(new FaultEvent.FaultInjected("f-1", "worker-kill", "decode-0", "ann"));
        look();
        assertThat(feed.latest().number()).isEqualTo(quiet + 1);
        assertThat(feed.latest().activeFaults()).hasSize(1);
    }

    @Test
    void takesOneFrameOfAQuietClusterWhenAskedFor() {
        world.worker("decode-0", 7);
        look();
        world.pass(60 * SECOND);
        look();
        long quiet = feed.latest().number();
        feed.refresh();
        look();
        look();
        assertThat(feed.latest().number()).isEqualTo(quiet + 1);
    }

    @Test
    void givesASlowListenerTheNewestFrameAndNoneInBetween() {
        List<Long> seen = new ArrayList<>();
        feed.subscribe(noting(seen));
        deliver();
        world.worker("decode-0", 7);
        look();
        world.pass(SECOND);
        look();
        world.pass(SECOND);
        look();
        deliver();
        assertThat(seen).containsExactly(0L, feed.latest().number());
        assertThat(feed.latest().number()).isEqualTo(3);
    }

    @Test
    void sendsAListenerNothingUntilItTookTheLastFrameAndThenTheNewest() {
        List<Long> seen = new ArrayList<>();
        List<Runnable> taken = new ArrayList<>();
        feed.subscribe((frame, take) -> {
            seen.add(frame.number());
            taken.add(take);
        });
        deliver();
        world.worker("decode-0", 7);
        for (int i = 0; i < 5; i++) {
            world.pass(SECOND);
            look();
            deliver();
        }
        assertThat(seen).as("the browser has not taken the first").containsExactly(0L);
        taken.getFirst().run();
        taken.getFirst().run();
        deliver();
        assertThat(seen).containsExactly(0L, feed.latest().number());
    }

    private static ClusterFeed.Listener<ConsoleFrame> noting(List<Long> seen) {
        return (frame, taken) -> {
            seen.add(frame.number());
            taken.run();
        };
    }

    @Test
    void deliversNothingToAListenerThatHasCancelled() {
        List<Long> seen = new ArrayList<>();
        ClusterFeed.Subscription subscription = feed.subscribe(noting(seen));
        subscription.cancel();
        deliver();
        assertThat(seen).isEmpty();
    }

    @Test
    void keepsAListenerThatFailed() {
        List<Long> seen = new ArrayList<>();
        feed.subscribe((frame, taken) -> {
            if (frame.number() == 0) {
                throw new IllegalStateException("a broken view");
            }
            noting(seen).hear(frame, taken);
        });
        deliver();
        world.worker("decode-0", 7);
        look();
        deliver();
        assertThat(seen).containsExactly(1L);
    }

    @Test
    void marksTheLastPictureAsOldWhenTheClusterFallsSilentAndLiftsTheMarkWhenItAnswers() {
        world.worker("decode-0", 7);
        look();
        feed.tick();
        clock.advance(Duration.ofSeconds(3));
        feed.tick();
        assertThat(feed.latest().isSilent()).isTrue();
        assertThat(feed.latest().topology().nodes())
                .as("the last picture stays")
                .hasSize(1);
        assertThat(feed.latest().verdict().level()).isEqualTo(Level.UNKNOWN);

        world.pass(SECOND);
        assertThat(feed.latest().isSilent()).isFalse();
    }

    @Test
    void asksTheLoopNoSecondTimeWhileItHasNotAnswered() {
        world.worker("decode-0", 7);
        world.pass(0);
        feed.tick();
        feed.tick();
        feed.tick();
        assertThat(world.loop.pending()).isEqualTo(1);
    }

    @Test
    void answersAQuestionOnTheLoopAndHandsAFailureToTheAskerAlone() {
        CompletableFuture<String> answer = feed.ask(w -> w.kind());
        CompletableFuture<String> failure = feed.ask(w -> {
            throw new IllegalStateException("a bad question");
        });
        assertThat(answer).isNotDone();
        world.pass(0);
        assertThat(answer).isCompletedWithValue("embedded");
        assertThatThrownBy(failure::join).hasRootCauseMessage("a bad question");
    }

    @Test
    void samplesEveryNodeOnceASecond() {
        world.worker("decode-0", 7);
        look();
        world.pass(SECOND / 4);
        look();
        world.pass(SECOND);
        look();
        assertThat(feed.trend("decode-0")).hasSize(2);
        assertThat(feed.trend("nobody")).isEmpty();
    }

    @Test
    void saysTheVerdictOfTheEvidence() {
        world.worker("decode-0", 7).worker("decode-1", 8);
        look();
        assertThat(feed.latest().verdict().sentence())
                .isEqualTo("Healthy: 2 of 2 components ready, no requests in the last 30 s");

        world.kill(new NodeId("decode-1"));
        look();
        assertThat(feed.latest().verdict().level()).isEqualTo(Level.DEGRADED);
        assertThat(feed.latest().verdict().sentence())
                .isEqualTo("Degraded: 1 of 2 decode workers ready, no traffic; decode-1 killed");

        world.says("frontend-0").emit(new RequestEvent.RequestFailed("r-1", ErrorType.UNAVAILABLE, "gone", 5));
        look();
        assertThat(feed.latest().verdict().level()).isEqualTo(Level.DOWN);
        assertThat(feed.latest().verdict().sentence())
                .isEqualTo(
                        "Down: 1 of 2 decode workers ready, 100% of requests failed in the last 5 s; decode-1 killed");

        world.says("clients").emit(new ClientEvent.AnswerChecked("r-2", false, 10, 1));
        look();
        assertThat(feed.latest().verdict().findings())
                .extracting(Finding::what)
                .contains("1 output mismatch in the last 30 s");
    }

    @Test
    void rejectionsWithATimeToComeBackAreNoFailures() {
        world.worker("decode-0", 7);
        world.says("frontend-0")
                .emit(new RequestEvent.RequestRejected(
                        "r-1", ErrorType.RESOURCE_EXHAUSTED, RejectReason.PACED, 1, 0, 4, 4, 0));
        look();
        assertThat(feed.latest().verdict().sentence())
                .isEqualTo("Degraded: 1 of 1 decode workers ready, 100% of requests rejected with 503 + Retry-After in"
                        + " the last 5 s");
    }

    private void look() {
        feed.tick();
        world.pass(0);
    }

    private void deliver() {
        for (Runnable next = deliveries.poll(); next != null; next = deliveries.poll()) {
            next.run();
        }
    }
}
