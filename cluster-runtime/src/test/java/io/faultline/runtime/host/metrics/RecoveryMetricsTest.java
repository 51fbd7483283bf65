package io.faultline.runtime.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.FaultEvent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Workers and frontends learn from the store independently of each other, so their events come in any order.
class RecoveryMetricsTest {
    private static final String WORKER = "decode-0";
    private static final String FRONTEND = "frontend-0";
    private static final EventRecord KILL = new FaultEvent.FaultInjected("f", "worker-kill", WORKER, "test");
    private static final EventRecord OLD_IS_MISSED =
            new DiscoveryEvent.InstanceInhibited(1, ErrorType.DISCONNECTED, "");
    private static final EventRecord OLD_IS_GONE = new DiscoveryEvent.InstanceSeen(1, WORKER, false);
    private static final EventRecord NEW_IS_REGISTERED = registration(2);
    private static final EventRecord NEW_IS_SEEN = new DiscoveryEvent.InstanceSeen(2, WORKER, true);

    private final PrometheusFold fold = new PrometheusFold(MetricsConfig.defaults());
    private long sequence;

    @BeforeEach
    void aWorkerServes() {
        at(0, WORKER, registration(1));
        at(0, FRONTEND, new DiscoveryEvent.InstanceSeen(1, WORKER, true));
        at(1, "operator", KILL);
    }

    @Test
    void aSuccessorIsSeenAfterItIsRegistered() {
        at(2, FRONTEND, OLD_IS_MISSED);
        at(4, WORKER, NEW_IS_REGISTERED);
        at(5, FRONTEND, NEW_IS_SEEN);

        assertThat(text()).contains(detection(0.001)).contains(recovery(0.004));
    }

    @Test
    void aSuccessorIsSeenBeforeItIsRegistered() {
        at(2, FRONTEND, OLD_IS_MISSED);
        at(5, FRONTEND, NEW_IS_SEEN);
        at(6, WORKER, NEW_IS_REGISTERED);

        assertThat(text()).contains(detection(0.001)).contains(recovery(0.004));
    }

    @Test
    void aSuccessorIsSeenBeforeItsPredecessorIsMissed() {
        at(4, WORKER, NEW_IS_REGISTERED);
        at(5, FRONTEND, NEW_IS_SEEN);
        at(9, FRONTEND, OLD_IS_GONE);

        assertThat(text()).contains(detection(0.008)).contains(recovery(0.004));
    }

    @Test
    void theSameInstanceIsTakenBack() {
        at(2, FRONTEND, OLD_IS_MISSED);
        at(3, "frontend-1", new DiscoveryEvent.InstanceSeen(1, WORKER, true));
        assertThat(text()).doesNotContain("faultline_failure_recovery_seconds_count");
        at(7, FRONTEND, new DiscoveryEvent.InstanceReinstated(1, 5_000_000));

        assertThat(text()).contains(detection(0.001)).contains(recovery(0.006));
    }

    @Test
    void oneLossIsCountedOnceAndTheNextOneAgain() {
        at(2, FRONTEND, OLD_IS_MISSED);
        at(2, "frontend-1", OLD_IS_GONE);
        at(5, FRONTEND, NEW_IS_SEEN);
        at(5, "frontend-1", NEW_IS_SEEN);
        at(6, "operator", KILL);
        at(8, FRONTEND, new DiscoveryEvent.InstanceSeen(2, WORKER, false));
        at(8, "frontend-1", new DiscoveryEvent.InstanceSeen(2, WORKER, false));

        assertThat(text())
                .contains("faultline_failure_detection_seconds_count{fault=\"worker-kill\"} 2")
                .contains("faultline_failure_recovery_seconds_count{fault=\"worker-kill\"} 1");
    }

    @Test
    void aFaultThatNobodyNoticedIsNoLoss() {
        at(2, "operator", new FaultEvent.FaultRecovered("f", "worker-kill", WORKER, "expired"));

        assertThat(text())
                .contains("faultline_failures_unnoticed_total{fault=\"worker-kill\"} 1")
                .doesNotContain("faultline_failure_detection_seconds_count");
    }

    private static EventRecord registration(long instance) {
        return new DiscoveryEvent.InstanceRegistered(instance, "backend", "m", 1000, 16, 10);
    }

    private static String detection(double seconds) {
        return "faultline_failure_detection_seconds_sum{fault=\"worker-kill\"} " + seconds;
    }

    private static String recovery(double seconds) {
        return "faultline_failure_recovery_seconds_sum{fault=\"worker-kill\"} " + seconds;
    }

    private void at(long millis, String node, EventRecord record) {
        fold.apply(new ClusterEvent(sequence++, millis * 1_000_000, new NodeId(node), record));
    }

    private String text() {
        return new String(fold.render(List.of()), StandardCharsets.UTF_8);
    }
}
