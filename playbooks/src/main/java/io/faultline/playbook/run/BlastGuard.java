package io.faultline.playbook.run;

import io.faultline.playbook.expression.Decimal;
import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.model.Playbook.BlastRadius;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.seam.NodeId;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/// Keeps a run within its blast radius. A node counts once however often it is harmed. Confined to the loop.
final class BlastGuard {
    private final int maxTargets;
    private final double maxPercent;
    private final Map<NodeRole, Integer> poolAtStart = new EnumMap<>(NodeRole.class);
    private final Map<NodeRole, SequencedSet<NodeId>> harmed = new EnumMap<>(NodeRole.class);

    /// @param nodes as they are at the start
    BlastGuard(BlastRadius radius, Scope scope, List<NodeView> nodes) {
        this.maxTargets = radius.maxTargets().countIn(scope);
        this.maxPercent = radius.maxPercentOfPool().in(scope);
        for (NodeView node : nodes) {
            if (ClusterFacts.isReady(node)) {
                poolAtStart.merge(node.role(), 1, Integer::sum);
            }
        }
    }

    /// Why harming `targets` would be too much; when it would not, they are counted as harmed.
    Optional<String> admit(NodeRole role, List<NodeId> targets) {
        SequencedSet<NodeId> all = new LinkedHashSet<>(harmed.getOrDefault(role, new LinkedHashSet<>()));
        all.addAll(targets);
        int total = all.size();
        for (Map.Entry<NodeRole, SequencedSet<NodeId>> other : harmed.entrySet()) {
            total += other.getKey() == role ? 0 : other.getValue().size();
        }
        Optional<String> excess = excess(total, all.size(), poolAtStart.getOrDefault(role, 0));
        if (excess.isEmpty()) {
            harmed.put(role, all);
        }
        return excess;
    }

    private Optional<String> excess(int total, int ofRole, int pool) {
        if (total > maxTargets) {
            return Optional.of(total + " nodes would be harmed, the blast radius allows " + maxTargets);
        }
        if (ofRole * 100.0 > maxPercent * pool) {
            return Optional.of(ofRole + " of " + pool + " nodes would be harmed, the blast radius allows "
                    + Decimal.rounded(maxPercent, 1) + " %");
        }
        return Optional.empty();
    }
}
