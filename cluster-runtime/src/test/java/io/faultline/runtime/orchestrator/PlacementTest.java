package io.faultline.runtime.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.orchestrator.OrchestrationConfig.Restart;
import io.faultline.runtime.orchestrator.Placement.Candidate;
import io.faultline.runtime.orchestrator.Placement.Choice;
import io.faultline.runtime.shown.Shows;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows({"REQ-2", "TC-1"})
@DisplayName("REQ-2 TC-1: where a worker is started, and when")
class PlacementTest {
    private static final String NOWHERE_BEFORE = "";

    private static Candidate machine(String name, int freeGpus) {
        return new Candidate(name, freeGpus, true, false);
    }

    private static Candidate lost(String name, int freeGpus) {
        return new Candidate(name, freeGpus, false, false);
    }

    private static Candidate cordoned(String name, int freeGpus) {
        return new Candidate(name, freeGpus, true, true);
    }

    private static Choice choose(String last, Candidate... machines) {
        return Placement.choose(List.of(machines), 1, last);
    }

    @Test
    void theEmptiestMachineTakesIt() {
        assertThat(choose(NOWHERE_BEFORE, machine("a", 1), machine("b", 3), machine("c", 2)))
                .isEqualTo(new Choice.On("b"));
    }

    @Test
    void tiesGoByName() {
        assertThat(choose(NOWHERE_BEFORE, machine("c", 2), machine("a", 2), machine("b", 2)))
                .isEqualTo(new Choice.On("a"));
    }

    @Test
    void theMachineWithItsWeightsComesFirst() {
        assertThat(choose("a", machine("a", 1), machine("b", 4))).isEqualTo(new Choice.On("a"));
    }

    @Test
    void notEvenThatOneWhenItIsFullLostOrCordoned() {
        assertThat(choose("a", machine("a", 0), machine("b", 1))).isEqualTo(new Choice.On("b"));
        assertThat(choose("a", lost("a", 4), machine("b", 1))).isEqualTo(new Choice.On("b"));
        assertThat(choose("a", cordoned("a", 4), machine("b", 1))).isEqualTo(new Choice.On("b"));
    }

    @Test
    void aProcessThatNeedsTwoDoesNotGoWhereThereIsOne() {
        assertThat(Placement.choose(List.of(machine("a", 1), machine("b", 2)), 2, "a"))
                .isEqualTo(new Choice.On("b"));
    }

    @Test
    void whyThereIsNoPlaceIsSaid() {
        Choice nowhere = choose(NOWHERE_BEFORE, lost("a", 4), cordoned("b", 4), machine("c", 0));

        assertThat(nowhere)
                .isInstanceOfSatisfying(
                        Choice.Nowhere.class,
                        n -> assertThat(n.why()).contains("none of 3 machines", "1 are lost", "1 cordoned"));
    }

    // ---- RestartPolicy

    private static final Restart RESTART = new Restart(1_000, 7_000, 60_000);

    @Test
    void waitsDoubleUpToTheLongest() {
        assertThat(RestartPolicy.delayNanos(RESTART, 1)).isEqualTo(1_000);
        assertThat(RestartPolicy.delayNanos(RESTART, 2)).isEqualTo(2_000);
        assertThat(RestartPolicy.delayNanos(RESTART, 3)).isEqualTo(4_000);
        assertThat(RestartPolicy.delayNanos(RESTART, 4)).isEqualTo(7_000);
        assertThat(RestartPolicy.delayNanos(RESTART, 1_000_000)).isEqualTo(7_000);
    }

    @Test
    void aProcessThatRanLongEnoughStartsOver() {
        assertThat(RestartPolicy.failures(RESTART, 5, 59_999)).isEqualTo(6);
        assertThat(RestartPolicy.failures(RESTART, 5, 60_000)).isEqualTo(1);
    }
}
