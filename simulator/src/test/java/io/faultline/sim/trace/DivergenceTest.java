package io.faultline.sim.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent.LeaseEnded;
import io.faultline.runtime.seam.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivergenceTest {
    private static final NodeId STORE = new NodeId("store");

    private static List<ClusterEvent> events(int count) {
        List<ClusterEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(new ClusterEvent(i, 10L * i, STORE, new LeaseEnded(i, true)));
        }
        return events;
    }

    @Test
    void equalRunsDoNotDiverge() {
        assertThat(Divergence.between(events(100), events(100))).isEmpty();
        assertThat(Divergence.between(events(0), events(0))).isEmpty();
    }

    @Test
    void findsTheFirstDifferenceWhereverItIs() {
        for (int at = 0; at < 50; at++) {
            List<ClusterEvent> changed = events(50);
            changed.set(at, new ClusterEvent(at, 10L * at, STORE, new LeaseEnded(at, false)));

            Divergence divergence = Divergence.between(events(50), changed).orElseThrow();

            assertThat(divergence.eventNumber()).isEqualTo(at);
            assertThat(divergence.one()).isEqualTo(events(50).get(at));
            assertThat(divergence.other()).isEqualTo(changed.get(at));
        }
    }

    @Test
    void runThatEndsEarlierDivergesAtItsEnd() {
        Divergence divergence = Divergence.between(events(7), events(9)).orElseThrow();
        assertThat(divergence.describe()).isEqualTo("""
                        the runs differ first in event 7 at 0.000000070 s on store:
                          one:   (ended)
                          other: 0.000000070 s #7 store LeaseEnded[lease=7, expired=true]""");
    }
}
