package io.faultline.runtime.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a worker's process does to its own engine, and what it leaves to others.
@Shows("FLT-3")
class OwnFaultsTest {
    private static final NodeId WORKER = new NodeId("decode-0");
    private static final EngineCondition SOUND = new EngineCondition.Sound();

    private final ManualLoop loop = new ManualLoop();
    private final List<EngineCondition> engine = new ArrayList<>();
    private final List<EventRecord> events = new ArrayList<>();
    private final OwnFaults faults = new OwnFaults(WORKER, loop, engine::add, events::add);

    private Result inject(Fault fault, @Nullable Duration duration) {
        return faults.inject(fault, duration, "test");
    }

    private static String why(Result result) {
        return ((Result.Refused) result).why();
    }

    @Test
    void aDisturbanceEndsByItselfEvenIfNobodySaysWhen() {
        inject(new Fault.EngineFreeze(WORKER, 1), null);
        assertThat(engine).containsExactly(new EngineCondition.Frozen(1));
        loop.runFor(OwnFaults.DURATION_STANDARD.toNanos() - 1);
        assertThat(faults.active()).hasSize(1);
        loop.runFor(1);
        assertThat(faults.active()).isEmpty();
        assertThat(engine).endsWith(SOUND);
        assertThat(events).hasOnlyElementsOfTypes(FaultEvent.FaultInjected.class, FaultEvent.FaultRecovered.class);
    }

    @Test
    void aDisturbanceEndsWhenToldToAndOnce() {
        String id = ((Result.Done) inject(new Fault.WorkerSlow(WORKER, 20), Duration.ofSeconds(9))).faultId();
        assertThat(faults.recover(id, "test")).isEqualTo(new Result.Done(id));
        assertThat(engine).containsExactly(new EngineCondition.Slowed(20), SOUND);
        assertThat(faults.recover(id, "test")).isInstanceOf(Result.Refused.class);
        loop.runFor(Duration.ofSeconds(9).toNanos());
        assertThat(engine).hasSize(2);
    }

    @Test
    void nothingBringsADeadEngineBack() {
        assertThat(why(inject(new Fault.EngineCrash(WORKER), Duration.ofSeconds(1))))
                .contains("leave the duration out");
        String id = ((Result.Done) inject(new Fault.EngineCrash(WORKER), null)).faultId();
        assertThat(engine).containsExactly(new EngineCondition.Crashed("injected by test"));
        assertThat(why(faults.recover(id, "test"))).contains("may be started again");
        faults.recoverAll("test");
        assertThat(engine).hasSize(1);
    }

    @Test
    void whatActsOnTheProcessIsLeftToSignals() {
        assertThat(why(inject(new Fault.WorkerKill(WORKER), null))).contains("SIGKILL");
        assertThat(why(inject(new Fault.WorkerFreeze(WORKER), null))).contains("SIGSTOP");
        assertThat(inject(new Fault.WorkerStart(WORKER), null)).isInstanceOf(Result.Refused.class);
        assertThat(inject(new Fault.MachineLoss(WORKER), null)).isInstanceOf(Result.Refused.class);
        assertThat(inject(new Fault.EngineFreeze(new NodeId("another"), 0), null))
                .isInstanceOf(Result.Refused.class);
        assertThat(engine).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void nothingLastsLongerThanItsBound() {
        Duration tooLong = OwnFaults.DURATION_MAX.plusNanos(1);
        assertThat(why(inject(new Fault.EngineFreeze(WORKER, 0), tooLong))).contains("3600 s at most");
        assertThat(engine).isEmpty();
    }
}
