package io.faultline.runtime.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an operator asks a node's log about.
class NodeLogTest {
    private final List<String> lines = new ArrayList<>();
    private final NodeLog log = new NodeLog(lines::add);
    private long atNanos;
    private long sequence;

    @Test
    void aWorkerThatLostItsLeaseSaysSoWhenItIsBack() {
        say(registered(0xa1));
        say(registered(0xb2));
        assertThat(lines)
                .containsExactly(
                        "Registered instance=a1",
                        "Registered again instance=b2 was=a1 cause=\"the registration was lost: lease expired, or"
                                + " withdrawn while unhealthy\"");
    }

    @Test
    void aFrontendSaysWhomItEjectsAndReadmits() {
        say(new DiscoveryEvent.InstanceSeen(0xa1, "decode-0", true));
        say(new DiscoveryEvent.InstanceInhibited(0xa1, ErrorType.RESPONSE_TIMEOUT, "silent for 352 ms"));
        say(new DiscoveryEvent.InstanceReinstated(0xa1, 1_500_000_000L));
        say(new DiscoveryEvent.InstanceSeen(0xa1, "decode-0", false));
        say(new NodeEvent.NodeDraining(3, false, 5_000_000_000L));
        assertThat(lines)
                .containsExactly(
                        "Worker joined discovery instance=a1 node=decode-0",
                        "Worker ejected instance=a1 reason=response_timeout cause=\"silent for 352 ms\"",
                        "Worker readmitted instance=a1 after=1.5s",
                        "Worker left discovery instance=a1 node=decode-0",
                        "Draining open=3 streams=may end first grace=5.0s");
    }

    @Test
    void whatRepeatsIsBoundedAndCounted() {
        for (int i = 0; i < NodeLog.LINES_MAX + 12; i++) {
            say(new DiscoveryEvent.InstanceSeen(i + 1, "decode-" + i, true));
        }
        assertThat(lines).hasSize(NodeLog.LINES_MAX);
        atNanos += 11_000_000_000L;
        say(new DiscoveryEvent.InstanceSeen(1, "decode-0", false));
        assertThat(lines.subList(NodeLog.LINES_MAX, lines.size()))
                .containsExactly("Log lines suppressed count=12", "Worker left discovery instance=1 node=decode-0");
    }

    private static EventRecord registered(long instance) {
        return new DiscoveryEvent.InstanceRegistered(instance, "backend", "m", 100, 16, 10_000_000_000L);
    }

    private void say(EventRecord record) {
        log.apply(new ClusterEvent(sequence++, atNanos, new NodeId("n"), record));
    }
}
