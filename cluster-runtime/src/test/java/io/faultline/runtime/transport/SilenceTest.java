package io.faultline.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Prefilled;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.RequestError;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Both sides of one connection, and a peer that is stopped for a while. The client's loop is the observer's.
@Shows("HLT-4")
class SilenceTest {
    private static final long MS = 1_000_000L;
    private static final RequestPlaneConfig CONFIG = RequestPlaneConfig.defaults();
    private static final Address WORKER = new Address("worker");

    private final ManualLoop loop = new ManualLoop();
    private final LoopbackNetwork network = new LoopbackNetwork(loop);
    private final RequestPlaneClient client = new RequestPlaneClient(loop, network.transportFor("frontend"), CONFIG);
    private final RequestPlaneServer server = new RequestPlaneServer(loop, CONFIG, new Service());
    private final List<Integer> received = new ArrayList<>();
    private final List<Long> open = new ArrayList<>();
    private Optional<RequestError> failure = Optional.empty();
    private long failedAtNanos;
    private int position = 1;

    SilenceTest() {
        server.listen(network.transportFor("worker"));
        client.open(
                WORKER,
                new GenerateRequest(
                        "r",
                        0,
                        "m",
                        new int[] {1},
                        new StopConditions(100, 0, true, List.of()),
                        new SamplingOptions(1, 1, 1),
                        0,
                        0),
                new StreamListener() {
                    @Override
                    public void prefilled(int cachedTokens) {}

                    @Override
                    public void token(int token, int position) {
                        received.add(token);
                    }

                    @Override
                    public void finished(FinishReason reason) {}

                    @Override
                    public void failed(RequestError error) {
                        failure = Optional.of(error);
                        failedAtNanos = loop.now();
                    }
                });
        loop.runFor(MS);
        say(0);
    }

    private final class Service implements RequestPlaneServer.GenerateService {
        @Override
        public void opened(long sequence, GenerateRequest request) {
            open.add(sequence);
        }

        @Override
        public void cancelled(long sequence) {
            open.remove(sequence);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public EngineLoad load() {
            return new EngineLoad(open.size(), 0, 0, 0, 0);
        }
    }

    private void say(int position) {
        server.deliver(tokenAt(position));
        loop.runDue();
    }

    private EngineStep tokenAt(int position) {
        long sequence = open.getFirst();
        return new EngineStep(
                new long[] {sequence},
                new int[] {position},
                new int[] {position},
                position == 0 ? List.of(new Prefilled(sequence, 0)) : List.of(),
                List.of(),
                0,
                1);
    }

    @Test
    void heartbeatsKeepAQuietPeer() {
        loop.runFor(60_000 * MS);
        assertThat(failure).isEmpty();
    }

    /// To the nanosecond: silence is measured from the last frame, not from some look at the clock.
    @Test
    void givesAFrozenPeerUpWhenTheSilenceIsTooLong() {
        long last = loop.now();
        network.silence("worker");
        loop.runFor(1_000 * MS);
        assertThat(failure.orElseThrow().type()).isEqualTo(ErrorType.RESPONSE_TIMEOUT);
        assertThat(failedAtNanos - last).isEqualTo(CONFIG.silenceNanos());
    }

    @Test
    void toleratesAFreezeShorterThanTheBound() {
        network.silence("worker");
        loop.runFor(CONFIG.silenceNanos() - 10 * MS);
        network.hear("worker");
        say(1);
        loop.runFor(10_000 * MS);
        assertThat(failure).isEmpty();
        assertThat(received).containsExactly(0, 1);
    }

    /// The observer's process was stopped, not the peer's: it must not blame the peer for what it did not look at.
    @Test
    void anObserverThatStoodStillItselfBlamesNobody() {
        for (int i = 0; i < 20; i++) {
            loop.standStillFor(2_000 * MS);
            loop.runFor(50 * MS);
        }
        assertThat(failure).isEmpty();
    }

    /// Its own lateness excuses a peer once; a peer that stays silent is found all the same.
    @Test
    void anObserverThatStoodStillStillFindsADeadPeer() {
        network.silence("worker");
        loop.standStillFor(2_000 * MS);
        loop.runFor(2 * CONFIG.silenceNanos());
        assertThat(failure).isPresent();
    }

    /// What the peer sent waits behind the very look that would convict it.
    @Test
    void hearsWhatAlreadyArrivedBeforeItJudges() {
        long last = loop.now();
        network.silence("worker");
        loop.after(CONFIG.silenceNanos(), () -> {
            network.hear("worker");
            server.deliver(tokenAt(1));
        });
        loop.runUntil(last + CONFIG.silenceNanos() + 5_000 * MS);
        assertThat(failure).isEmpty();
        assertThat(received).containsExactly(0, 1);
    }

    /// Many short stops of the whole machine: none of them is long, together they are most of the silence.
    @Test
    void manyShortPausesOfTheObserverAreNotSilence() {
        network.silence("worker");
        long start = loop.now();
        while (loop.now() - start < 3 * CONFIG.silenceNanos() / 2) {
            loop.runFor(20 * MS);
            loop.standStillFor(60 * MS);
        }
        network.hear("worker");
        loop.runFor(10_000 * MS);
        assertThat(failure).isEmpty();
    }

    /// The peer's loop gets no processor time, this one's does: nothing tells that from a freeze, but a peer that was
    /// late before is given more time.
    @Test
    void aPeerThatWasLateBeforeIsGivenMoreTime() {
        starveWorkerFor(CONFIG.silenceNanos() - 100 * MS);
        starveWorkerFor(CONFIG.silenceNanos() + 150 * MS);
        assertThat(failure).isEmpty();
    }

    /// What two heartbeats more cover already needs no more time.
    @Test
    void aLittleLatenessChangesNothing() {
        starveWorkerFor(CONFIG.heartbeatNanos() + 80 * MS);
        long last = loop.now();
        say(position);
        network.silence("worker");
        loop.runFor(1_000 * MS);
        assertThat(failedAtNanos - last).isEqualTo(CONFIG.silenceNanos());
    }

    /// A machine that is too busy for its observer is too busy for the peers on it.
    @Test
    void aPeerIsGivenMoreTimeWhileItsObserverIsLate() {
        loop.standStillFor(CONFIG.heartbeatNanos() + 200 * MS);
        loop.runFor(50 * MS);
        starveWorkerFor(CONFIG.silenceNanos() + 200 * MS);
        assertThat(failure).isEmpty();
    }

    @Test
    void lateOnceIsForgottenAfterAWhile() {
        starveWorkerFor(CONFIG.silenceNanos() - 10 * MS);
        loop.runFor(20 * LatenessMemory.HALF_LIFE_NANOS);
        long last = loop.now();
        say(position);
        network.silence("worker");
        loop.runFor(1_000 * MS);
        assertThat(failure).isPresent();
        assertThat(failedAtNanos - last).isEqualTo(CONFIG.silenceNanos());
    }

    /// However busy the machine was, a dead peer is found, and soon.
    @Test
    void whoWasEverSoLateIsFoundDeadAllTheSame() {
        starveWorkerFor(CONFIG.silenceNanos() - 10 * MS);
        loop.standStillFor(10_000 * MS);
        loop.runFor(50 * MS);
        say(position);
        long last = loop.now();
        network.silence("worker");
        loop.runFor(2_000 * MS);
        assertThat(failure).isPresent();
        assertThat(failedAtNanos - last).isEqualTo(CONFIG.silenceNanos() + CONFIG.allowanceNanos());
    }

    /// Counted from the last that was heard of it.
    private void starveWorkerFor(long nanos) {
        say(position++);
        network.silence("worker");
        loop.runFor(nanos);
        network.hear("worker");
        if (failure.isEmpty()) {
            say(position++);
        }
    }

    @Test
    void dropsWhatARevivedPeerStillSends() {
        network.silence("worker");
        loop.runFor(1_000 * MS);
        assertThat(failure).isPresent();
        network.hear("worker");
        if (!open.isEmpty()) {
            say(1);
        }
        loop.runFor(1_000 * MS);
        assertThat(received).containsExactly(0);
        assertThat(open).as("the worker hears that nobody waits any more").isEmpty();
    }
}
