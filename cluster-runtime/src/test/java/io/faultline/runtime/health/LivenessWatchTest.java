package io.faultline.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeEvent.NodeResponsive;
import io.faultline.runtime.event.NodeEvent.NodeUnresponsive;
import io.faultline.runtime.health.LivenessWatch.Probed;
import io.faultline.runtime.seam.ManualLoop;
import io.faultline.runtime.seam.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A node counts as unresponsive for what it leaves unanswered while it was listened to, and for nothing else.
class LivenessWatchTest {
    private static final long MILLI = 1_000_000L;
    private static final NodeId NODE = new NodeId("frontend-0");

    private final ManualLoop operator = new ManualLoop();
    private final ManualLoop node = new ManualLoop();
    private final List<Probed> running = new ArrayList<>(List.of(new Probed(NODE, node)));
    private final List<EventRecord> said = new ArrayList<>();
    private final LivenessWatch watch =
            new LivenessWatch(operator, LivenessConfig.defaults(), () -> running, said::add);

    @Test
    void aNodeThatAnswersIsNotNamed() {
        watch.start();
        for (int i = 0; i < 100; i++) {
            pass(operator, 100);
            pass(node, 100);
        }
        assertThat(said).isEmpty();
    }

    @Test
    void aNodeThatStandsStillIsNamedOnceAndAgainWhenItAnswers() {
        watch.start();
        for (int i = 0; i < 40; i++) {
            pass(operator, 100);
        }
        assertThat(said).containsExactly(new NodeUnresponsive("frontend-0", 1_000 * MILLI));
        pass(node, 4_000);
        pass(operator, 0);
        assertThat(said).hasSize(2).last().isInstanceOf(NodeResponsive.class);
    }

    @Test
    void timeInWhichTheOperatorWasLateCountsAgainstNoOne() {
        watch.start();
        pass(operator, 250);
        // The operator's machine stood still, and the node's with it.
        operator.standStillFor(60_000 * MILLI);
        pass(operator, 0);
        pass(node, 60_000);
        pass(operator, 0);
        assertThat(said).isEmpty();
    }

    @Test
    void aNewLifeIsProbedAnew() {
        watch.start();
        pass(operator, 900);
        running.set(0, new Probed(NODE, new ManualLoop()));
        pass(operator, 500);
        assertThat(said).isEmpty();
        running.clear();
        pass(operator, 5_000);
        assertThat(said).isEmpty();
    }

    private static void pass(ManualLoop loop, long millis) {
        loop.runUntil(loop.now() + millis * MILLI);
    }
}
