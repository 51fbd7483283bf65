package io.faultline.runtime.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeEvent.StopKind;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.ProcessPlaced;
import io.faultline.runtime.event.ScalingEvent.RestartScheduled;
import io.faultline.runtime.orchestrator.OrchestrationConfig.Machine;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.shown.Shows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows({"REQ-2", "TC-1"})
@DisplayName("REQ-2 TC-1: from what runs to what should, step by step")
class FleetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long EPOCH = 7;
    private static final OrchestrationConfig CONFIG =
            OrchestrationConfig.on(OrchestrationConfig.machines(2, 2)).withLaunchNanos(0);

    private final ManualLoop loop = new ManualLoop();
    private final List<EventRecord> events = new ArrayList<>();
    private final Hands hands = new Hands();
    private boolean superseded;
    private final Fleet fleet = new Fleet(loop, CONFIG, hands, events::add, () -> superseded = true);

    private static NodeId decode(int number) {
        return NodeRole.DECODE.nodeId(number);
    }

    private static Launcher.Placed running(int number, String machine) {
        return new Launcher.Placed(new Launcher.ManagedProcess(decode(number), NodeRole.DECODE, 1), machine, true);
    }

    private static Launcher.Inventory inventory(Launcher.Placed... processes) {
        List<Launcher.MachineState> machines = CONFIG.machines().stream()
                .map((Machine m) -> new Launcher.MachineState(m, true))
                .toList();
        return new Launcher.Inventory(machines, List.of(processes));
    }

    private void want(int workers) {
        fleet.want(Map.of(NodeRole.DECODE, workers));
        loop.runDue();
    }

    @Test
    void whoTakesOverLeavesWhatRunsAloneUntilItKnowsWhatIsWanted() {
        fleet.adopt(EPOCH, inventory(running(0, "machine-0"), running(1, "machine-1")));
        loop.runFor(60 * SECOND);

        assertThat(hands.retired).isEmpty();
        assertThat(fleet.isSettled()).isFalse();

        want(2);

        assertThat(hands.retired).isEmpty();
        assertThat(hands.launched).isEmpty();
        assertThat(fleet.isSettled()).isTrue();
    }

    @Test
    void whatIsMissingIsPlacedOnTheEmptiestMachine() {
        fleet.adopt(EPOCH, inventory(running(0, "machine-0")));

        want(3);

        assertThat(hands.launched).containsExactly("decode-1 on machine-1", "decode-2 on machine-0");
        assertThat(fleet.isSettled()).isTrue();
    }

    @Test
    void whatIsNotWantedLeavesOneAfterTheOtherYoungestFirst() {
        fleet.adopt(EPOCH, inventory(running(0, "machine-0"), running(1, "machine-1"), running(2, "machine-0")));

        want(1);
        assertThat(hands.retired).containsExactly("decode-2");

        fleet.exited(decode(2), StopKind.STOPPED, "drained");
        loop.runFor(CONFIG.drainPauseNanos() - 1);
        assertThat(hands.retired).as("frontends still learn who is left").containsExactly("decode-2");

        loop.runFor(1);
        assertThat(hands.retired).containsExactly("decode-2", "decode-1");

        fleet.exited(decode(1), StopKind.STOPPED, "drained");
        assertThat(fleet.isSettled()).isTrue();
    }

    @Test
    void whatIsDownAndNotWantedIsForgotten() {
        fleet.adopt(EPOCH, inventory(running(0, "machine-0"), running(1, "machine-1")));
        want(2);
        fleet.exited(decode(1), StopKind.KILLED, "kill");

        want(1);
        loop.runFor(CONFIG.restart().maxNanos());

        assertThat(hands.retired).containsExactly("decode-1");
        assertThat(hands.launched).isEmpty();
        assertThat(fleet.isSettled()).isTrue();
    }

    @Test
    void whatEndedIsStartedAgainAfterItsWait() {
        fleet.adopt(EPOCH, inventory(running(0, "machine-0")));
        want(1);

        fleet.exited(decode(0), StopKind.KILLED, "kill");
        loop.runFor(CONFIG.restart().minNanos() - 1);
        assertThat(hands.launched).isEmpty();
        loop.runFor(1);

        assertThat(hands.launched).containsExactly("decode-0 on machine-0");
        assertThat(events)
                .filteredOn(RestartScheduled.class::isInstance)
                .singleElement()
                .isEqualTo(new RestartScheduled(
                        "decode-0", "machine-0", 1, CONFIG.restart().minNanos(), "kill"));
    }

    @Test
    void whatALostMachineRanGoesElsewhere() {
        fleet.adopt(EPOCH, inventory(running(0, "machine-0"), running(1, "machine-1")));
        want(2);

        fleet.machineChanged("machine-0", false);
        loop.runFor(CONFIG.restart().minNanos());

        assertThat(hands.launched).containsExactly("decode-0 on machine-1");
    }

    @Test
    void nothingIsStartedOnACordonedMachine() {
        fleet.adopt(EPOCH, inventory());
        fleet.cordons().manual(Map.of("machine-0", "ann"));

        want(3);
        assertThat(hands.launched).containsExactly("decode-0 on machine-1", "decode-1 on machine-1");

        fleet.cordons().manual(Map.of());
        loop.runDue();
        assertThat(hands.launched).hasSize(3).last().isEqualTo("decode-2 on machine-0");
    }

    @Test
    void startsThatFailInARowCordonTheirMachine() {
        fleet.adopt(EPOCH, inventory());
        fleet.cordons().manual(Map.of("machine-1", "ann"));
        want(1);
        for (int i = 1; i <= CONFIG.cordon().failures(); i++) {
            while (hands.launched.size() < i) {
                loop.runFor(CONFIG.restart().minNanos());
            }
            fleet.exited(decode(0), StopKind.FAILED, "no driver");
        }
        hands.launched.clear();
        fleet.cordons().manual(Map.of());
        loop.runFor(CONFIG.restart().maxNanos());

        assertThat(fleet.cordons().has("machine-0")).isTrue();
        assertThat(hands.launched).containsExactly("decode-0 on machine-1");
        assertThat(events)
                .filteredOn(ProcessPlaced.class::isInstance)
                .hasSize(CONFIG.cordon().failures() + 1);
    }

    @Test
    void whoIsSupersededSaysSo() {
        hands.answer = new Launcher.Launch.Superseded();
        fleet.adopt(EPOCH, inventory());

        want(1);

        assertThat(superseded).isTrue();
    }

    /// Does what it is told at once, and notes it.
    private final class Hands implements Launcher {
        private final List<String> launched = new ArrayList<>();
        private final List<String> retired = new ArrayList<>();
        private Launch answer = new Launch.Started();

        @Override
        public void listen(Listener listener) {
            // The test tells the fleet itself.
        }

        @Override
        public void takeOver(long epoch, Consumer<Inventory> then) {
            // Nor does it ask.
        }

        @Override
        public void launch(long epoch, ManagedProcess process, String machine, Consumer<Launch> then) {
            assertThat(epoch).isEqualTo(EPOCH);
            launched.add(process.id() + " on " + machine);
            loop.post(() -> then.accept(answer));
        }

        @Override
        public void retire(long epoch, NodeId process) {
            retired.add(process.value());
        }
    }
}
