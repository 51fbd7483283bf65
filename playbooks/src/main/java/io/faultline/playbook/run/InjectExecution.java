package io.faultline.playbook.run;

import io.faultline.playbook.model.Step;
import io.faultline.playbook.model.Target;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.run.TargetChoice.Choice;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.fault.FaultKind;
import io.faultline.runtime.seam.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Orders a fault on every target, all in one turn. When one is refused, those that were ordered stay for the
/// rollbacks.
final class InjectExecution implements Execution {
    private final Step.Inject step;
    private final RunContext context;

    InjectExecution(Step.Inject step, RunContext context) {
        this.step = step;
        this.context = context;
    }

    @Override
    public Progress advance(Observation observation, long deadlineNanos) {
        Choice choice = TargetChoice.choose(
                step.target(), observation.nodes(), context.scope(), context::targetsOf, context.randomOf(step.name()));
        return switch (choice) {
            case Choice.TooFew(String why) ->
                step.target().onEmpty() == Target.OnEmpty.SKIP ? new Progress.Skipped(why) : new Progress.Failed(why);
            case Choice.Chosen(NodeRole role, List<NodeId> nodes) -> inject(role, nodes, observation.nowNanos());
        };
    }

    private Progress inject(NodeRole role, List<NodeId> nodes, long nowNanos) {
        if (!step.fault().actsOn(role)) {
            return new Progress.Failed(step.fault().word() + " does not act on " + nodes.getFirst());
        }
        Optional<String> excess = step.fault().isRepair()
                ? Optional.empty()
                : context.blastGuard().admit(role, nodes);
        if (excess.isPresent()) {
            return new Progress.Failed(excess.get());
        }
        context.mark(step.name(), nowNanos, nodes);
        @Nullable Duration duration = step.duration() == null
                ? null
                : Duration.ofNanos(step.duration().nanosIn(context.scope()));
        FaultKind.Strength strength = new FaultKind.Strength(
                step.factor().in(context.scope()),
                step.afterTokens().countIn(context.scope()),
                step.percent().in(context.scope()));
        for (NodeId node : nodes) {
            Result result = context.world().faults().inject(step.fault().fault(node, strength), duration, context.by());
            if (result instanceof Result.Refused(String why)) {
                return new Progress.Failed(step.fault().word() + " on " + node + " was refused: " + why);
            }
        }
        String names = String.join(", ", nodes.stream().map(NodeId::value).toList());
        return new Progress.Passed(step.fault().word() + " on " + names);
    }
}
