package io.faultline.playbook.probe;

import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import org.jspecify.annotations.Nullable;

/// One figure to read. Immutable.
///
/// @param role which nodes, for figures about nodes
/// @param health which of them, for [ProbeKind#INSTANCES_BY_HEALTH]
/// @param since the mark that counting starts from: [Marks#RUN_START], [Marks#CLUSTER_START] or a step's name
/// @param until the step at whose start counting ended; null = now
public record Probe(
        ProbeKind kind,
        NodeRole role,
        @Nullable NodeHealth health,
        String since,
        @Nullable String until) {

    /// A figure with nothing said about role or time.
    public static Probe of(ProbeKind kind) {
        return new Probe(kind, NodeRole.DECODE, null, Marks.RUN_START, null);
    }

    /// A figure counted since a mark.
    public static Probe since(ProbeKind kind, String mark) {
        return new Probe(kind, NodeRole.DECODE, null, mark, null);
    }
}
