package io.faultline.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.engine.EngineListener.EngineStep;
import io.faultline.runtime.engine.EngineListener.Finished;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A canary beside an engine whose iterations are the test's.
@Shows("HLT-2")
class CanaryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000L;
    private static final HealthCheckConfig CONFIG = HealthCheckConfig.defaults();

    private final ManualLoop loop = new ManualLoop();
    private final List<String> said = new ArrayList<>();
    private final ScriptedEngine engine = new ScriptedEngine();
    private final Canary canary = new Canary(loop, CONFIG, "m", engine, new Canary.Listener() {
        @Override
        public void ended(boolean passed, long nanos, String detail) {
            said.add(passed ? "passed" : "failed: " + detail);
        }

        @Override
        public void becameUnhealthy(String evidence) {
            said.add("unhealthy: " + evidence);
        }

        @Override
        public void becameHealthy(String evidence) {
            said.add("healthy: " + evidence);
        }
    });

    /// Holds sequences; iterates when told to.
    private final class ScriptedEngine implements Canary.Subject {
        private final List<Long> open = new ArrayList<>();
        private long submitted;
        private int busyWith;
        private boolean answers;

        @Override
        public long submit(GenerateRequest request) {
            open.add(++submitted);
            if (answers) {
                long sequence = submitted;
                loop.after(50 * MS, () -> finish(sequence));
            }
            return submitted;
        }

        @Override
        public void cancel(long sequence) {
            open.remove(sequence);
        }

        @Override
        public EngineLoad load() {
            return new EngineLoad(open.size() + busyWith, 0, 0, 0, 0);
        }

        void iterate(long... sequences) {
            canary.iterated(new EngineStep(
                    sequences, new int[sequences.length], new int[sequences.length], List.of(), List.of(), 0, 1));
        }

        void finish(long sequence) {
            open.remove(sequence);
            canary.iterated(new EngineStep(
                    new long[] {sequence},
                    new int[1],
                    new int[1],
                    List.of(),
                    List.of(new Finished(sequence, FinishReason.LENGTH)),
                    0,
                    1));
        }
    }

    @Test
    void asksAnIdleEngineAfterTheWait() {
        engine.answers = true;
        canary.start();
        loop.runFor(CONFIG.canaryWaitNanos() - 1);
        assertThat(engine.submitted).isZero();
        loop.runFor(SECOND);
        assertThat(said).containsExactly("passed");
        loop.runFor(5 * CONFIG.canaryWaitNanos());
        assertThat(said).hasSizeBetween(5, 6).containsOnly("passed");
    }

    @Test
    void leavesAnEngineAloneThatWorks() {
        canary.start();
        engine.busyWith = 1;
        for (int i = 0; i < 1_000; i++) {
            loop.runFor(100 * MS);
            engine.iterate(99);
        }
        assertThat(engine.submitted).isZero();
        assertThat(said).isEmpty();
    }

    /// A check that is content with the first sign of life takes this engine for well for ever.
    @Test
    void failsAnEngineThatFreezesAfterOneToken() {
        canary.start();
        while (said.size() < 4) {
            loop.runFor(100 * MS);
            if (engine.open.size() == 1 && engine.submitted > 0 && !seen.contains(engine.submitted)) {
                seen.add(engine.submitted);
                engine.iterate(engine.submitted);
            }
        }
        assertThat(said)
                .containsExactly(
                        "failed: 1 of 4 tokens within 3000 ms",
                        "failed: 1 of 4 tokens within 3000 ms",
                        "failed: 1 of 4 tokens within 3000 ms",
                        "unhealthy: the canary failed 3 times in a row, the last time: 1 of 4 tokens within 3000 ms");
        assertThat(canary.isHealthy()).isFalse();
        assertThat(loop.now()).isLessThanOrEqualTo(CONFIG.detectionNanos() + SECOND);
        assertThat(engine.open).as("what timed out is cancelled").isEmpty();
    }

    private final List<Long> seen = new ArrayList<>();

    @Test
    void comesBackAfterTwoAnswers() {
        canary.start();
        loop.runFor(CONFIG.detectionNanos() + SECOND);
        assertThat(canary.isHealthy()).isFalse();
        engine.answers = true;
        loop.runFor(2 * (CONFIG.requestTimeoutNanos() + CONFIG.retryNanos()));
        assertThat(canary.isHealthy()).isTrue();
        assertThat(said.getLast()).isEqualTo("healthy: the canary passed 2 times in a row, the last time in 50 ms");
    }

    /// It needs no canary of its own to see that.
    @Test
    void failsAnEngineThatHasWorkAndFinishesNothing() {
        canary.start();
        engine.busyWith = 12;
        canary.gotWork();
        loop.runFor(CONFIG.requestTimeoutNanos() + 2 * CONFIG.retryNanos() + MS);
        assertThat(said.getFirst()).isEqualTo("failed: no iteration for 3000 ms with 12 sequences in the engine");
        assertThat(canary.isHealthy()).isFalse();
        assertThat(engine.submitted).isZero();
    }

    /// One miss is a hiccup; what follows is asked at once, though the engine is busy again.
    @Test
    void keepsAskingWhileThereIsDoubt() {
        canary.start();
        engine.busyWith = 1;
        canary.gotWork();
        loop.runFor(CONFIG.requestTimeoutNanos() + MS);
        assertThat(said).hasSize(1);
        engine.answers = true;
        for (int i = 0; i < 20; i++) {
            engine.iterate(99);
            loop.runFor(100 * MS);
        }
        assertThat(said).hasSize(2).last().isEqualTo("passed");
        assertThat(canary.isHealthy()).isTrue();
    }

    /// The engine works for others and has no room: that says nothing about it.
    @Test
    void drawsNoConclusionFromACanaryThatWasNeverAdmitted() {
        canary.start();
        loop.runFor(CONFIG.canaryWaitNanos() + MS);
        assertThat(engine.submitted).isEqualTo(1);
        engine.busyWith = 100;
        for (int i = 0; i < 40; i++) {
            loop.runFor(100 * MS);
            engine.iterate(99);
        }
        assertThat(said).isEmpty();
        assertThat(canary.isHealthy()).isTrue();
    }

    /// The loop stood still for ten seconds while a canary was out: its time-out comes late, with the answers behind
    /// it.
    @Test
    void excusesItsOwnLateness() {
        canary.start();
        loop.runFor(CONFIG.canaryWaitNanos() + MS);
        assertThat(engine.open).hasSize(1);
        loop.standStillFor(10 * SECOND);
        loop.runFor(MS);
        assertThat(said).isEmpty();
        engine.finish(engine.submitted);
        assertThat(said).containsExactly("passed");
    }

    @Test
    void isSilentWhenItIsOff() {
        Canary off = new Canary(loop, CONFIG.withCanaries(false, SECOND, SECOND), "m", engine, new Canary.Listener() {
            @Override
            public void ended(boolean passed, long nanos, String detail) {
                throw new AssertionError("nothing was sent");
            }

            @Override
            public void becameUnhealthy(String evidence) {
                throw new AssertionError("nothing was asked");
            }

            @Override
            public void becameHealthy(String evidence) {
                throw new AssertionError("nothing was asked");
            }
        });
        off.start();
        loop.runFor(100 * SECOND);
        assertThat(engine.submitted).isZero();
    }
}
