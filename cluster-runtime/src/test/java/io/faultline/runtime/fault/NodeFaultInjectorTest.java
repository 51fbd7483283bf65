package io.faultline.runtime.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.engine.EngineCondition;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Faults on a world of one worker that writes down what is done to it.
@Shows({"FLT-2", "FLT-3"})
class NodeFaultInjectorTest {
    private static final NodeId WORKER = new NodeId("decode-0");

    private final ManualLoop loop = new ManualLoop();
    private final List<String> done = new ArrayList<>();
    private final List<EventRecord> events = new ArrayList<>();
    private NodeControl.ProcessState state = NodeControl.ProcessState.RUNNING;
    private final NodeFaultInjector injector = new NodeFaultInjector(loop, new Notes(), events::add);

    private final class Notes implements NodeControl {
        @Override
        public ProcessState state(NodeId node) {
            return node.equals(WORKER) ? state : ProcessState.UNKNOWN;
        }

        @Override
        public void kill(NodeId node) {
            done.add("kill");
            state = ProcessState.DOWN;
        }

        @Override
        public void start(NodeId node) {
            done.add("start");
            state = ProcessState.RUNNING;
        }

        @Override
        public void freeze(NodeId node) {
            done.add("freeze");
            state = ProcessState.FROZEN;
        }

        @Override
        public void thaw(NodeId node) {
            done.add("thaw");
            state = ProcessState.RUNNING;
        }

        @Override
        public void disturbEngine(NodeId node, EngineCondition condition) {
            done.add(condition.toString());
        }
    }

    private Result inject(Fault fault) {
        return injector.inject(fault, null, "test");
    }

    private static String id(Result result) {
        return ((Result.Done) result).faultId();
    }

    @Test
    void anEngineFaultIsRecoveredByItsIdOnce() {
        String id = id(inject(new Fault.EngineFreeze(WORKER, 2)));
        assertThat(id).isEqualTo("engine-freeze-1");
        assertThat(injector.recover(id, "test")).isInstanceOf(Result.Done.class);
        assertThat(injector.recover(id, "test")).isInstanceOf(Result.Refused.class);
        assertThat(done).containsExactly("Frozen[afterTokens=2]", "Sound[]");
    }

    @Test
    void aSlowWorkerIsQuickAgainWhenItsTimeIsOver() {
        injector.inject(new Fault.WorkerSlow(WORKER, 20), Duration.ofSeconds(5), "test");
        loop.runFor(4_000_000_000L);
        assertThat(done).containsExactly("Slowed[factor=20.0]");
        loop.runFor(1_000_000_000L);
        assertThat(done).containsExactly("Slowed[factor=20.0]", "Sound[]");
        assertThat(injector.active()).isEmpty();
    }

    @Test
    void anEngineHasOneFaultAtATime() {
        inject(new Fault.WorkerSlow(WORKER, 20));
        assertThat(inject(new Fault.EngineFreeze(WORKER, 0)))
                .isEqualTo(new Result.Refused(
                        "the engine of decode-0 is disturbed by worker-slow-1 already; recover" + " that first"));
        assertThat(injector.active()).hasSize(1);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThat(inject(new Fault.WorkerSlow(WORKER, 0.5))).isInstanceOf(Result.Refused.class);
        assertThat(inject(new Fault.WorkerSlow(WORKER, 1e9))).isInstanceOf(Result.Refused.class);
        assertThat(inject(new Fault.WorkerSlow(WORKER, Double.NaN))).isInstanceOf(Result.Refused.class);
        assertThat(inject(new Fault.EngineFreeze(WORKER, -1))).isInstanceOf(Result.Refused.class);
        assertThat(inject(new Fault.EngineCrash(new NodeId("store")))).isInstanceOf(Result.Refused.class);
        state = NodeControl.ProcessState.DOWN;
        assertThat(inject(new Fault.EngineCrash(WORKER))).isInstanceOf(Result.Refused.class);
        assertThat(done).isEmpty();
        assertThat(events).isEmpty();
    }

    /// The process may have ended by itself or may be about to.
    @Test
    void aCrashedEngineIsRecoveredByANewProcess() {
        String id = id(inject(new Fault.EngineCrash(WORKER)));
        state = NodeControl.ProcessState.DOWN;
        injector.recover(id, "test");
        assertThat(done).containsExactly("Crashed[why=injected by test]", "kill", "start");
        assertThat(state).isEqualTo(NodeControl.ProcessState.RUNNING);
    }

    @Test
    void startingAWorkerWhoseEngineCrashedRecoversTheFault() {
        inject(new Fault.EngineCrash(WORKER));
        state = NodeControl.ProcessState.DOWN;
        inject(new Fault.WorkerStart(WORKER));
        assertThat(injector.active()).isEmpty();
        assertThat(state).isEqualTo(NodeControl.ProcessState.RUNNING);
    }

    @Test
    void aKillEndsWhatStoodOnTheProcess() {
        inject(new Fault.WorkerSlow(WORKER, 20));
        inject(new Fault.WorkerFreeze(WORKER));
        inject(new Fault.WorkerKill(WORKER));
        assertThat(injector.active()).hasSize(1);
        assertThat(events)
                .filteredOn(FaultEvent.FaultRecovered.class::isInstance)
                .hasSize(2)
                .allSatisfy(
                        e -> assertThat(((FaultEvent.FaultRecovered) e).how()).isEqualTo("ended by worker-kill"));
        injector.recoverAll("test");
        assertThat(done).last().isEqualTo("start");
    }
}
