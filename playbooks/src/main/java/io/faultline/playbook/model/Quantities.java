package io.faultline.playbook.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the computed fields of a playbook, so that all of them can be checked before anything is done.
final class Quantities {
    private final List<Quantity> found = new ArrayList<>();
    private final List<ProbeCheck> checks = new ArrayList<>();

    private Quantities() {}

    static List<Quantity> of(Playbook playbook) {
        return List.copyOf(all(playbook).found);
    }

    static List<ProbeCheck> checksOf(Playbook playbook) {
        return List.copyOf(all(playbook).checks);
    }

    private static Quantities all(Playbook playbook) {
        Quantities quantities = new Quantities();
        quantities.add(playbook.requires().minWorkers());
        quantities.add(playbook.blastRadius().maxTargets());
        quantities.add(playbook.blastRadius().maxPercentOfPool());
        playbook.steadyState().probes().forEach(quantities::check);
        playbook.method().forEach(quantities::step);
        playbook.abortConditions().forEach(quantities::check);
        playbook.rollbacks().forEach(quantities::step);
        playbook.verify().forEach(quantities::check);
        playbook.expect().forEach(quantities::check);
        return quantities;
    }

    private void add(@Nullable Quantity quantity) {
        if (quantity != null) {
            found.add(quantity);
        }
    }

    private void check(ProbeCheck check) {
        checks.add(check);
        found.addAll(check.tolerance().bounds());
    }

    private void step(Step step) {
        add(step.head().timeout());
        trigger(step.head().when());
        switch (step) {
            case Step.Inject inject -> {
                if (inject.target() instanceof Target.ByRole target) {
                    add(target.count());
                }
                add(inject.duration());
                add(inject.factor());
                add(inject.afterTokens());
                add(inject.percent());
            }
            case Step.Measure measure -> check(measure.check());
            case Step.Wait wait -> add(wait.duration());
            case Step.StartLoad load -> found.addAll(load.load().quantities());
            case Step.Gate gate -> {
                gate.until().forEach(this::check);
                add(gate.holdFor());
            }
            case Step.Ask _, Step.Drain _ -> {
                // They compute nothing but their time-out.
            }
        }
    }

    private void trigger(@Nullable Trigger trigger) {
        switch (trigger) {
            case null -> {
                // The step waits for nothing.
            }
            case Trigger.After after -> add(after.delay());
            case Trigger.AtRequests atRequests -> add(atRequests.count());
            case Trigger.OnProbe onProbe -> check(onProbe.check());
        }
    }
}
