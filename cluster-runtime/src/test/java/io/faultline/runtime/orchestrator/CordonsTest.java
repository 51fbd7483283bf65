package io.faultline.runtime.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.ScalingEvent.MachineCordoned;
import io.faultline.runtime.event.ScalingEvent.MachineUncordoned;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Cordon;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows({"REQ-2", "TC-1"})
@DisplayName("REQ-2 TC-1: machines on which nothing starts are left alone, for a while")
class CordonsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int MACHINES = 4;
    private static final Cordon CONFIG = new Cordon(3, 10 * SECOND, 300 * SECOND, 0.5);

    private final ManualLoop loop = new ManualLoop();
    private final List<EventRecord> events = new ArrayList<>();
    private int lifted;
    private final Cordons cordons = new Cordons(loop, CONFIG, events::add, () -> lifted++);

    private boolean fail(String machine) {
        return cordons.startFailed(machine, MACHINES, "no driver");
    }

    private void cordon(String machine) {
        for (int i = 0; i < CONFIG.failures(); i++) {
            fail(machine);
        }
    }

    @Test
    void theThirdFailureInARowCordons() {
        assertThat(fail("a")).isFalse();
        assertThat(fail("a")).isFalse();
        assertThat(cordons.has("a")).isFalse();

        assertThat(fail("a")).isTrue();

        assertThat(cordons.has("a")).isTrue();
        assertThat(cordons.has("b")).isFalse();
        assertThat(events).singleElement().isInstanceOfSatisfying(MachineCordoned.class, c -> {
            assertThat(c.machine()).isEqualTo("a");
            assertThat(c.by()).isEqualTo("orchestrator");
            assertThat(c.why()).contains("3 starts failed", "no driver");
            assertThat(c.forNanos()).isEqualTo(CONFIG.forNanos());
        });
    }

    @Test
    void aStartThatHeldBeginsTheRowAnew() {
        fail("a");
        fail("a");
        cordons.startHeld("a");

        assertThat(fail("a")).isFalse();
        assertThat(cordons.has("a")).isFalse();
    }

    @Test
    void failuresOnDifferentMachinesDoNotAddUp() {
        fail("a");
        fail("a");

        assertThat(fail("b")).isFalse();
    }

    @Test
    void aCordonEndsByItselfOnTime() {
        cordon("a");
        loop.runFor(CONFIG.forNanos() - 1);
        assertThat(cordons.has("a")).isTrue();

        loop.runFor(1);

        assertThat(cordons.has("a")).isFalse();
        assertThat(lifted).isEqualTo(1);
        assertThat(events).last().isEqualTo(new MachineUncordoned("a", "orchestrator"));
        assertThat(fail("a")).as("the row begins anew").isFalse();
    }

    @Test
    void whatFailsEverywhereIsNotTheMachinesFault() {
        cordon("a");
        cordon("b");
        cordon("c");

        assertThat(cordons.has("a")).isTrue();
        assertThat(cordons.has("b")).isTrue();
        assertThat(cordons.has("c")).as("more than half of them").isFalse();
    }

    @Test
    void aPersonsCordonStaysUntilAPersonLiftsIt() {
        cordons.manual(Map.of("a", "ann"));
        loop.runFor(10 * CONFIG.forNanos());
        assertThat(cordons.has("a")).isTrue();

        cordons.manual(Map.of());

        assertThat(cordons.has("a")).isFalse();
        assertThat(lifted).isEqualTo(1);
        assertThat(events)
                .containsExactly(
                        new MachineCordoned("a", "ann", "cordoned by hand", 0), new MachineUncordoned("a", "ann"));
    }

    @Test
    void theSameCordonsAgainAreNoNews() {
        cordons.manual(Map.of("a", "ann"));
        cordons.manual(Map.of("a", "ann"));

        assertThat(events).hasSize(1);
        assertThat(lifted).isZero();
    }

    @Test
    void whoLiftsACordonMeansTheMachineNotItsReason() {
        cordon("a");
        cordons.manual(Map.of("a", "ann"));
        cordons.manual(Map.of());

        assertThat(cordons.has("a")).isFalse();
        int told = events.size();
        loop.runFor(2 * CONFIG.forNanos());
        assertThat(events).as("the lifted one does not end again").hasSize(told);
    }

    @Test
    void aPersonsCordonOutlivesTheOrchestratorsOwn() {
        cordon("a");
        cordons.manual(Map.of("a", "ann"));
        loop.runFor(2 * CONFIG.forNanos());

        assertThat(cordons.has("a")).isTrue();
        assertThat(events).noneMatch(MachineUncordoned.class::isInstance);
    }

    @Test
    void itsOwnCordonCanBeLiftedByHandAtOnce() {
        cordon("a");

        cordons.lift("a", "ann");

        assertThat(cordons.has("a")).isFalse();
        assertThat(events).last().isEqualTo(new MachineUncordoned("a", "ann"));
        cordons.lift("a", "ann");
        assertThat(lifted).isEqualTo(1);
    }

    @Test
    void personsCordonsDoNotUseUpTheShare() {
        cordons.manual(Map.of("c", "ann", "d", "ann"));
        cordon("a");

        assertThat(cordons.has("a")).isTrue();
    }
}
