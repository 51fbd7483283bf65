package io.faultline.playbook.run;

import io.faultline.playbook.expression.Expression;
import io.faultline.playbook.expression.TimeSpan;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Step;
import io.faultline.playbook.model.Trigger;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.probe.Probe;
import io.faultline.playbook.probe.ProbeKind;
import io.faultline.playbook.run.Execution.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes steps one after the other, each within its time-out. The method ends with its first failure; rollbacks go
/// on, so that one that fails keeps no other from undoing its part. Confined to the loop.
final class StepSequence {
    private final RunContext context;
    private final Phase phase;
    private final List<Step> steps;
    private final long startedAtNanos;
    private final List<String> failures = new ArrayList<>();
    private int next;
    private @Nullable Taken current;

    /// @param startedAtNanos from which triggers count
    StepSequence(RunContext context, Phase phase, List<Step> steps, long startedAtNanos) {
        this.context = context;
        this.phase = phase;
        this.steps = steps;
        this.startedAtNanos = startedAtNanos;
    }

    /// A step that has begun.
    private static final class Taken {
        final Step step;
        final long deadlineNanos;
        /// Null until what the step waits for has come.
        @Nullable Execution execution;

        String detail = "";

        Taken(Step step, long deadlineNanos) {
            this.step = step;
            this.deadlineNanos = deadlineNanos;
        }
    }

    /// Goes as far as possible now; true when all is over.
    boolean advance(Observation observation) {
        while (current != null || next < steps.size()) {
            if (current == null) {
                begin(steps.get(next), observation.nowNanos());
                next++;
                continue;
            }
            if (!ended(current, observation)) {
                return false;
            }
            current = null;
            if (!failures.isEmpty() && phase == Phase.METHOD) {
                skipRest("a step before it failed", observation.nowNanos());
            }
        }
        return true;
    }

    /// What went wrong, in words.
    List<String> failures() {
        return List.copyOf(failures);
    }

    /// The question that waits for an answer, if one does.
    Optional<Step.Ask> question() {
        return current != null && current.execution != null && current.step instanceof Step.Ask ask
                ? Optional.of(ask)
                : Optional.empty();
    }

    /// Ends the sequence where it is.
    void stop(String why, long nowNanos) {
        if (current != null) {
            context.journal().update(phase, current.step.name(), "failed", "stopped: " + why, nowNanos);
            current = null;
        }
        skipRest(why, nowNanos);
    }

    /// When it is worth advancing again even before the next poll.
    long dueNanos() {
        if (current == null) {
            return Long.MAX_VALUE;
        }
        long due = current.execution == null ? triggerDueNanos(current.step) : current.execution.dueNanos();
        return Math.min(due, current.deadlineNanos);
    }

    private void begin(Step step, long nowNanos) {
        if (!isWanted(step.head().onlyIf())) {
            context.journal().note(phase, step.name(), step.type(), "skipped", "its onlyIf is false", nowNanos);
            return;
        }
        context.journal().begin(phase, step.name(), step.type(), step.head().title(), nowNanos);
        current = new Taken(step, nowNanos + step.head().timeout().nanosIn(context.scope()));
    }

    private boolean isWanted(@Nullable Expression onlyIf) {
        return onlyIf == null || onlyIf.evaluate(context.scope()).equals(Optional.of((Value) new Value.Flag(true)));
    }

    private boolean ended(Taken taken, Observation observation) {
        long now = observation.nowNanos();
        Progress progress = progress(taken, observation);
        if (progress instanceof Progress.Going && now >= taken.deadlineNanos) {
            String timeout = TimeSpan.text(taken.step.head().timeout().nanosIn(context.scope()));
            progress = new Progress.Failed("not within " + timeout + ": " + progress.detail());
        }
        String detail = progress.detail();
        switch (progress) {
            case Progress.Going _ -> {
                // One line when it begins to wait for something else, not one each poll.
                if (taken.detail.isEmpty()) {
                    report(taken, "running", detail, now);
                    taken.detail = detail;
                }
                return false;
            }
            case Progress.Passed _ -> report(taken, "passed", detail, now);
            case Progress.Skipped _ -> report(taken, "skipped", detail, now);
            case Progress.Failed _ -> {
                failures.add("step " + taken.step.name() + " failed: " + detail);
                report(taken, "failed", detail, now);
            }
        }
        return true;
    }

    private Progress progress(Taken taken, Observation observation) {
        if (taken.execution == null) {
            Optional<String> wait = waitsFor(taken.step.head().when(), observation);
            if (wait.isPresent()) {
                return new Progress.Going("waits: " + wait.get());
            }
            context.mark(taken.step.name(), observation.nowNanos(), List.of());
            taken.execution = Executions.of(taken.step, context);
            taken.detail = "";
        }
        return taken.execution.advance(observation, taken.deadlineNanos);
    }

    private Optional<String> waitsFor(@Nullable Trigger trigger, Observation observation) {
        return switch (trigger) {
            case null -> Optional.empty();
            case Trigger.After(var delay) -> {
                long atNanos = startedAtNanos + delay.nanosIn(context.scope());
                yield observation.nowNanos() >= atNanos
                        ? Optional.empty()
                        : Optional.of("until " + TimeSpan.text(delay.nanosIn(context.scope())) + " have passed");
            }
            case Trigger.AtRequests(var count) -> {
                double received =
                        observation.read(Probe.of(ProbeKind.REQUESTS_RECEIVED)).orElse(0);
                double wanted = count.in(context.scope());
                yield received >= wanted
                        ? Optional.empty()
                        : Optional.of((long) received + " of " + (long) wanted + " requests received");
            }
            case Trigger.OnProbe(var check) -> {
                Checks.Reading reading = Checks.read(check, observation, context.scope());
                yield reading.isMet() ? Optional.empty() : Optional.of(reading.text());
            }
        };
    }

    private long triggerDueNanos(Step step) {
        return step.head().when() instanceof Trigger.After(var delay)
                ? startedAtNanos + delay.nanosIn(context.scope())
                : Long.MAX_VALUE;
    }

    private void skipRest(String why, long nowNanos) {
        for (; next < steps.size(); next++) {
            Step step = steps.get(next);
            context.journal().note(phase, step.name(), step.type(), "skipped", why, nowNanos);
        }
    }

    private void report(Taken taken, String status, String detail, long nowNanos) {
        context.journal().update(phase, taken.step.name(), status, detail, nowNanos);
    }
}
