package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Target;
import io.faultline.playbook.probe.Words;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.history.TopologySnapshot.NodeView;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.RandomSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/// Picks the nodes that a step acts on. Pure but for the draws from `random`; candidates are taken in the order of
/// their names, which is the same in every world, unlike the order in which nodes appeared.
final class TargetChoice {
    private TargetChoice() {}

    sealed interface Choice {
        /// @param role of the nodes
        record Chosen(NodeRole role, List<NodeId> nodes) implements Choice {}

        /// @param why which nodes are missing
        record TooFew(String why) implements Choice {}
    }

    /// @param ofStep what an earlier step acted on
    static Choice choose(
            Target target,
            List<NodeView> nodes,
            Scope scope,
            Function<String, List<NodeId>> ofStep,
            RandomSource random) {
        return switch (target) {
            case Target.ByRole byRole -> byRole(byRole, nodes, scope, random);
            case Target.SameAs same ->
                named(same, nodes, ofStep.apply(same.step()), "that step " + same.step() + " acted on");
            case Target.Named named -> {
                String name = name(named, scope);
                yield name.isEmpty()
                        ? new Choice.TooFew("no node is named")
                        : named(named, nodes, List.of(new NodeId(name)), "named " + name);
            }
        };
    }

    private static Choice byRole(Target.ByRole target, List<NodeView> nodes, Scope scope, RandomSource random) {
        List<NodeId> fit = fitting(target, nodes).stream()
                .filter(n -> n.role() == target.role())
                .map(n -> new NodeId(n.name()))
                .toList();
        int count = switch (target.mode()) {
            case ONE -> 1;
            case ALL -> Math.max(1, fit.size());
            case FIXED, RANDOM -> target.count().countIn(scope);
        };
        if (fit.size() < count) {
            return new Choice.TooFew(
                    count + " " + Words.of(target.role(), '-') + " nodes are wanted, " + fit.size() + health(target));
        }
        boolean draws = target.mode() == Target.Mode.RANDOM;
        return new Choice.Chosen(target.role(), draws ? drawn(fit, count, random) : fit.subList(0, count));
    }

    private static Choice named(Target target, List<NodeView> nodes, List<NodeId> wanted, String words) {
        List<NodeView> fit = fitting(target, nodes).stream()
                .filter(n -> wanted.contains(new NodeId(n.name())))
                .toList();
        return fit.isEmpty()
                ? new Choice.TooFew("no node " + words + health(target))
                : new Choice.Chosen(
                        fit.getFirst().role(),
                        fit.stream().map(n -> new NodeId(n.name())).toList());
    }

    private static String health(Target target) {
        return target.health().isEmpty()
                ? " is there"
                : " is "
                        + String.join(
                                " or ",
                                target.health().stream()
                                        .map(h -> Words.of(h, '-'))
                                        .toList());
    }

    private static String name(Target.Named target, Scope scope) {
        return target.node().evaluate(scope).map(Value::text).orElse("").strip();
    }

    private static List<NodeView> fitting(Target target, List<NodeView> nodes) {
        return nodes.stream()
                .filter(n -> target.health().isEmpty() || target.health().contains(n.health()))
                .sorted(Comparator.comparing(NodeView::name))
                .toList();
    }

    /// The first `count` of a shuffle, in the order of their names.
    private static List<NodeId> drawn(List<NodeId> fit, int count, RandomSource random) {
        List<NodeId> left = new ArrayList<>(fit);
        List<NodeId> drawn = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            drawn.add(left.remove(random.nextInt(left.size())));
        }
        return drawn.stream().sorted().toList();
    }
}
