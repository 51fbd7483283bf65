package io.faultline.playbook.run;

import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Playbook;
import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What a cluster's history says about how the cluster is configured.
final class ClusterFacts {
    private static final int EVENTS_AT_ONCE = 10_000;

    private ClusterFacts() {}

    /// `leaseTtl`, as the instance that registered last has it; absent when the log has no registration any more.
    static SequencedMap<String, Value> configuration(ClusterHistory history) {
        SequencedMap<String, Value> facts = new LinkedHashMap<>();
        long next = history.log().oldest();
        while (next < history.log().end()) {
            List<ClusterEvent> events = history.log().from(next, EVENTS_AT_ONCE);
            for (ClusterEvent event : events) {
                if (event.record() instanceof DiscoveryEvent.InstanceRegistered registered) {
                    facts.put("leaseTtl", new Value.Span(registered.leaseTtlNanos()));
                }
            }
            next += events.size();
        }
        return facts;
    }

    /// How many nodes of the playbook's role are ready now.
    static int pool(World world, Playbook playbook) {
        return (int) world.history().topology(world.loop().now()).nodes().stream()
                .filter(n -> isReady(n) && n.role() == playbook.requires().role())
                .count();
    }

    static boolean isReady(NodeView node) {
        return node.health() == NodeHealth.READY;
    }
}
