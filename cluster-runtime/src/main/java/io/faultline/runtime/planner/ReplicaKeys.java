package io.faultline.runtime.planner;

import io.faultline.runtime.event.NodeRole;
import java.util.Locale;

/// Where the planner writes what it wants: the keys of Dynamo's virtual connector.
///
/// @param prefix of all of them
public record ReplicaKeys(String prefix) {
    public static ReplicaKeys in(String namespace) {
        return new ReplicaKeys("v1/" + namespace + "/planner/");
    }

    /// Workers of that role that there should be.
    public String replicas(NodeRole role) {
        return prefix
                + switch (role) {
                    case DECODE -> "num_decode_workers";
                    case PREFILL -> "num_prefill_workers";
                    default -> "num_" + word(role) + "_workers";
                };
    }

    /// Number of the last decision.
    public String decision() {
        return prefix + "decision_id";
    }

    /// Number of the last decision that the orchestrator carried out.
    public String scaled() {
        return prefix + "scaled_decision_id";
    }

    /// A decision that took workers away and whose effect is not known yet: workers before and after.
    public String observed(NodeRole role) {
        return prefix + "observed_" + word(role);
    }

    private static String word(NodeRole role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
