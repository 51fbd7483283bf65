package io.faultline.playbook.model;

import io.faultline.playbook.expression.Expression;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeHealth;
import java.util.List;

/// Which nodes a step acts on, chosen when the step begins. Immutable.
public sealed interface Target {
    /// Only nodes in one of these states; empty = in any.
    List<NodeHealth> health();

    OnEmpty onEmpty();

    /// Nodes of a role.
    record ByRole(NodeRole role, List<NodeHealth> health, Mode mode, Quantity count, OnEmpty onEmpty)
            implements Target {}

    /// The nodes that an earlier step acted on.
    record SameAs(String step, List<NodeHealth> health, OnEmpty onEmpty) implements Target {}

    /// One node by its name.
    record Named(Expression node, List<NodeHealth> health, OnEmpty onEmpty) implements Target {}

    /// How many of the nodes that fit. Nodes are in order of their names.
    enum Mode {
        /// The first.
        ONE,
        ALL,
        /// The first `count`.
        FIXED,
        /// `count` drawn from the run's random numbers.
        RANDOM
    }

    /// What happens to the step when too few nodes fit.
    enum OnEmpty {
        FAIL,
        SKIP
    }
}
