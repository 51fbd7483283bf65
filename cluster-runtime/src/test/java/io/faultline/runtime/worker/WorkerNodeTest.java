package io.faultline.runtime.worker;

import static io.faultline.runtime.worker.WorkerFixture.MS;
import static io.faultline.runtime.worker.WorkerFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.HealthEvent.HealthCheck;
import io.faultline.runtime.event.HealthEvent.WorkerHealth;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.health.HealthCheckConfig;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeExit;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.worker.WorkerFixture.Stream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One worker: how it finds its engine wanting, and how it ends.
class WorkerNodeTest {
    private static final WorkerConfig CONFIG = WorkerConfig.serving("m");
    private static final HealthCheckConfig HEALTH = CONFIG.health();
    private static final int LONG = 2_000;

    private WorkerFixture fixture = new WorkerFixture(CONFIG);

    private void drains() {
        fixture = new WorkerFixture(CONFIG.withShutdown(ShutdownConfig.draining()));
    }

    // ---- health

    @Test
    @Shows({"HLT-1", "HLT-2"})
    void isReadyOnceItIsInDiscoveryAndLeavesItWhenItsEngineStandsStill() {
        assertThat(fixture.worker.state().isReady()).isTrue();
        Stream stream = fixture.ask(LONG);
        fixture.loop.runFor(500 * MS);
        fixture.disturb(new EngineCondition.Frozen(0));
        int before = stream.tokens;
        fixture.loop.runFor(2 * HEALTH.requestTimeoutNanos() + 2 * HEALTH.retryNanos());

        assertThat(fixture.worker.state().isReady()).isFalse();
        assertThat(fixture.worker.state().healthy()).isFalse();
        assertThat(fixture.isInDiscovery()).isFalse();
        assertThat(stream.failure.orElseThrow().type()).isEqualTo(ErrorType.ENGINE_UNHEALTHY);
        assertThat(stream.tokens).isEqualTo(before);
        assertThat(fixture.events(HealthEvent.HealthChanged.class))
                .singleElement()
                .satisfies(h -> {
                    assertThat(h.health()).isEqualTo(WorkerHealth.UNHEALTHY);
                    assertThat(h.check()).isEqualTo(HealthCheck.CANARY);
                    assertThat(h.evidence()).contains("3 times in a row", "no iteration for");
                });
    }

    @Test
    @Shows("HLT-2")
    void anIdleEngineThatFreezesAfterOneTokenIsFoundByItsCanary() {
        fixture.disturb(new EngineCondition.Frozen(1));
        fixture.loop.runFor(HEALTH.detectionNanos());

        assertThat(fixture.isInDiscovery()).isFalse();
        assertThat(fixture.events(HealthEvent.CanaryEnded.class))
                .filteredOn(c -> !c.passed())
                .hasSize(3)
                .allSatisfy(c -> assertThat(c.detail()).startsWith("1 of 4 tokens"));
    }

    @Test
    @Shows("HLT-2")
    void comesBackAsANewInstanceWhenItsEngineAnswersAgain() {
        fixture.disturb(new EngineCondition.Frozen(0));
        fixture.loop.runFor(HEALTH.detectionNanos() + SECOND);
        Stream refused = fixture.ask(10);
        fixture.loop.runFor(MS);
        assertThat(refused.failure.orElseThrow().type()).isEqualTo(ErrorType.ENGINE_UNHEALTHY);
        fixture.disturb(new EngineCondition.Sound());
        fixture.loop.runFor(2 * (HEALTH.requestTimeoutNanos() + HEALTH.retryNanos()));

        assertThat(fixture.isInDiscovery()).isTrue();
        assertThat(fixture.worker.state().isReady()).isTrue();
        assertThat(fixture.events(DiscoveryEvent.InstanceRegistered.class))
                .extracting(DiscoveryEvent.InstanceRegistered::instance)
                .doesNotHaveDuplicates()
                .hasSize(2);
        Stream served = fixture.ask(10);
        fixture.loop.runFor(5 * SECOND);
        assertThat(served.finish).isPresent();
    }

    @Test
    @Shows("HLT-2")
    void aWellEngineIsLeftInPeaceForAnHour() {
        fixture.loop.runFor(3_600 * SECOND);
        assertThat(fixture.events(HealthEvent.HealthChanged.class)).isEmpty();
        assertThat(fixture.events(HealthEvent.CanaryEnded.class))
                .hasSizeBetween(300, 360)
                .allMatch(HealthEvent.CanaryEnded::passed);
        assertThat(fixture.isInDiscovery()).isTrue();
    }

    @Test
    @Shows("HLT-3")
    void endsWithCodeOneWhenItsEngineDies() {
        Stream stream = fixture.ask(LONG);
        fixture.loop.runFor(SECOND);
        fixture.disturb(new EngineCondition.Crashed("out of memory"));
        fixture.loop.runFor(HEALTH.engineCheckNanos() + 10 * MS);

        assertThat(stream.failure.orElseThrow().type()).isEqualTo(ErrorType.ENGINE_UNHEALTHY);
        assertThat(fixture.isInDiscovery()).isFalse();
        assertThat(fixture.ended)
                .hasValue(new NodeExit(StopKind.FAILED, 1, "its engine died: out of memory; 1 stream handed over"));
        assertThat(fixture.events(HealthEvent.HealthChanged.class))
                .extracting(HealthEvent.HealthChanged::health)
                .containsExactly(WorkerHealth.DEAD);
    }

    /// The streams do not wait for what hangs after them.
    @Test
    @Shows({"HLT-3", "SHD-2"})
    void endsWithinTheBoundWhenADeadEngineDoesNotLetGo() {
        fixture.freeing = done -> {};
        Stream stream = fixture.ask(LONG);
        fixture.loop.runFor(SECOND);
        fixture.disturb(new EngineCondition.Crashed("lost its device"));
        fixture.loop.runFor(HEALTH.engineCheckNanos() + 10 * MS);
        assertThat(stream.failure).isPresent();
        assertThat(fixture.ended).isEmpty();
        fixture.loop.runFor(CONFIG.shutdown().cleanupNanos());

        assertThat(fixture.ended.orElseThrow().code()).isEqualTo(1);
        assertThat(fixture.ended.orElseThrow().reason()).contains("did not free what it holds within 30 s");
    }

    // ---- shutdown

    @Test
    @Shows("SHD-1")
    void leavesDiscoveryFirstAndHandsItsStreamsOver() {
        Stream stream = fixture.ask(LONG);
        fixture.loop.runFor(SECOND);
        fixture.worker.stop();
        assertThat(fixture.worker.state().isReady()).isFalse();
        assertThat(stream.failure).as("discovery comes first").isEmpty();
        fixture.loop.runFor(10 * MS);

        assertThat(fixture.isInDiscovery()).isFalse();
        assertThat(stream.failure.orElseThrow().type()).isEqualTo(ErrorType.ENGINE_SHUTDOWN);
        assertThat(fixture.ended).hasValue(NodeExit.stopped("stopped in order; 1 stream handed over"));
        assertThat(fixture.events(NodeEvent.NodeDraining.class))
                .containsExactly(new NodeEvent.NodeDraining(1, true, 30 * SECOND));
    }

    @Test
    @Shows("SHD-1")
    void drainsWhenNobodyCouldTakeItsStreamsOver() {
        drains();
        Stream stream = fixture.ask(100);
        fixture.loop.runFor(SECOND);
        fixture.worker.stop();
        fixture.loop.runFor(10 * MS);
        assertThat(fixture.isInDiscovery()).isFalse();
        Stream late = fixture.ask(10);
        fixture.loop.runFor(10 * SECOND);

        assertThat(late.failure.orElseThrow().type()).isEqualTo(ErrorType.ENGINE_SHUTDOWN);
        assertThat(stream.finish).isPresent();
        assertThat(stream.tokens).isEqualTo(100);
        assertThat(fixture.ended).hasValue(NodeExit.stopped("stopped in order"));
    }

    /// A stream whose migrations are used up, or that may grow longer than may be moved.
    @ParameterizedTest
    @ValueSource(ints = {0, 102})
    @Shows("SHD-1")
    void endsItselfWhatNobodyWouldContinue(int movableTokensMax) {
        Stream movable = fixture.ask(100, 103);
        Stream immovable = fixture.ask(100, movableTokensMax);
        fixture.loop.runFor(SECOND);
        fixture.worker.stop();
        fixture.loop.runFor(10 * SECOND);

        assertThat(movable.failure.orElseThrow().type()).isEqualTo(ErrorType.ENGINE_SHUTDOWN);
        assertThat(immovable.finish).isPresent();
        assertThat(immovable.tokens).isEqualTo(100);
        assertThat(fixture.ended).hasValue(NodeExit.stopped("stopped in order; 1 stream handed over"));
    }

    @Test
    @Shows({"SHD-1", "SHD-2"})
    void handsOverWhatIsLeftWhenTheGracePeriodIsOver() {
        fixture =
                new WorkerFixture(CONFIG.withShutdown(ShutdownConfig.draining().withGraceNanos(5 * SECOND)));
        Stream stream = fixture.ask(LONG);
        fixture.loop.runFor(SECOND);
        fixture.disturb(new EngineCondition.Frozen(0));
        fixture.worker.stop();
        fixture.loop.runFor(5 * SECOND + MS);

        assertThat(stream.failure.orElseThrow().type()).isEqualTo(ErrorType.ENGINE_SHUTDOWN);
        assertThat(fixture.ended)
                .hasValue(
                        NodeExit.stopped("stopped in order; 1 stream handed over, the grace period of 5 s being over"));
    }

    @Test
    @Shows("SHD-2")
    void aSecondStopEndsItAtOnce() {
        drains();
        Stream stream = fixture.ask(LONG);
        fixture.loop.runFor(SECOND);
        fixture.worker.stop();
        fixture.loop.runFor(SECOND);
        assertThat(fixture.ended).isEmpty();
        fixture.worker.stop();
        assertThat(fixture.ended)
                .hasValue(NodeExit.forced("stopped at once by a second request; 1 stream handed over"));
        fixture.worker.stop();
        fixture.loop.runFor(60 * SECOND);
        assertThat(stream.failure).isPresent();
    }

    @Test
    @Shows("SHD-2")
    void saysWhatCouldNotBeFreed() {
        fixture.freeing = done -> done.accept(Optional.of("two GPU contexts are left"));
        fixture.worker.stop();
        fixture.loop.runFor(SECOND);
        assertThat(fixture.ended).hasValue(NodeExit.forced("two GPU contexts are left"));
    }

    @Test
    @Shows("SHD-2")
    void aStoreThatIsAwayDoesNotHoldItUp() {
        fixture.storeAnswers = false;
        Stream stream = fixture.ask(LONG);
        fixture.loop.runFor(SECOND);
        fixture.worker.stop();
        fixture.loop.runFor(CONFIG.shutdown().leaveNanos() + MS);
        assertThat(stream.failure).isPresent();
        assertThat(fixture.ended.orElseThrow().code()).isZero();
    }
}
