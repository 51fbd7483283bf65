package io.faultline.runtime.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.discovery.VirtualStore;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.ScalingEvent.DecisionKind;
import io.faultline.runtime.event.ScalingEvent.PlannerDecided;
import io.faultline.runtime.planner.PlannerConfig.Pool;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.shown.Shows;
import io.faultline.runtime.transport.LoopbackNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@Shows({"REQ-11", "TC-3"})
@DisplayName("REQ-11 TC-3: what the planner wants stands in the store")
class PlannerNodeTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final PlannerConfig CONFIG =
            PlannerConfig.defaults(List.of(Pool.of(NodeRole.DECODE, "backend", 1, 8)));

    private final ManualLoop loop = new ManualLoop();
    private final LoopbackNetwork network = new LoopbackNetwork(loop);
    private final KeyValueStore store = VirtualStore.clientOf(loop);
    private final List<EventRecord> events = new ArrayList<>();

    private PlannerNode start(String name) {
        PlannerNode planner = new PlannerNode(
                new NodeServices(
                        new NodeId(name), loop, new RandomSource(1), network.transportFor(name), store, events::add),
                CONFIG,
                "dynamo",
                LeaseConfig.defaults(),
                Map.of(NodeRole.DECODE, 6));
        planner.start(_ -> {});
        loop.runFor(2 * SECOND);
        return planner;
    }

    private List<PlannerDecided> decided(DecisionKind kind) {
        return events.stream()
                .filter(PlannerDecided.class::isInstance)
                .map(PlannerDecided.class::cast)
                .filter(d -> d.kind() == kind)
                .toList();
    }

    @Test
    void theFirstTargetIsWrittenOnce() {
        start("planner-0");

        assertThat(decided(DecisionKind.ESTABLISHED)).singleElement().satisfies(d -> {
            assertThat(d.to()).isEqualTo(6);
            assertThat(d.decision()).isEqualTo(1);
        });
    }

    @Test
    void aSuccessorTakesTheTargetOverAndRollsBackWhatWasObserved() {
        PlannerNode first = start("planner-0");
        first.overScale(0.5, "ann");
        loop.runFor(SECOND);
        first.stop();
        events.clear();

        PlannerNode second = start("planner-1");
        assertThat(decided(DecisionKind.ESTABLISHED))
                .singleElement()
                .satisfies(d -> assertThat(d.to()).isEqualTo(3));

        second.endOverScale("ann");
        loop.runFor(SECOND);
        assertThat(decided(DecisionKind.ROLL_BACK)).singleElement().satisfies(d -> {
            assertThat(d.from()).isEqualTo(3);
            assertThat(d.to()).isEqualTo(6);
        });
    }

    @Test
    void whatIsUndoneTwiceAtOnceIsUndoneOnce() {
        PlannerNode planner = start("planner-0");
        planner.overScale(0.5, "ann");
        loop.runFor(SECOND);

        planner.endOverScale("ann");
        planner.endOverScale("ben");
        loop.runFor(SECOND);

        assertThat(decided(DecisionKind.ROLL_BACK))
                .singleElement()
                .satisfies(d -> assertThat(d.to()).isEqualTo(6));
    }

    @Test
    void ordersThatComeTogetherAreCarriedOutOneAfterTheOther() {
        PlannerNode planner = start("planner-0");

        planner.overScale(0.5, "ann");
        planner.overScale(0.5, "ben");
        loop.runFor(SECOND);

        assertThat(decided(DecisionKind.FORCED)).hasSize(2);
        assertThat(decided(DecisionKind.FORCED).getFirst().to()).isEqualTo(3);
        assertThat(decided(DecisionKind.FORCED).getLast().from()).isEqualTo(3);
        assertThat(decided(DecisionKind.FORCED).getLast().to()).isEqualTo(1);
    }
}
