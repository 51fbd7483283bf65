package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.TimeSpan;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Binding;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.model.Step;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.run.Checks.Reading;
import io.faultline.runtime.event.PlaybookEvent;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run of a playbook, from preflight to report. An actor on the world's loop: every method is called there, and
/// it calls back there. It ends by itself, whatever happens, because every phase does; once the method has begun, the
/// rollbacks are run and what this run injected is recovered, however it ends.
///
/// | from | to | when |
/// |---|---|---|
/// | preparing | settling | preflight is in order, else finished (inconclusive) |
/// | settling | acting | the hypothesis holds; not in time: finished (inconclusive) |
/// | acting | undoing | the method is over, a step failed, an abort condition broke, somebody aborted |
/// | undoing | releasing | every rollback step was tried |
/// | releasing | proving | no own fault and no own load is left, or its time is over |
/// | proving | expecting | verification and hypothesis hold, or their time is over |
/// | expecting | finished | the expectations hold, or the time for late records is over |
public final class PlaybookRun {
    private final RunContext context;
    private final RunConfig config;
    private final NodeLoop loop;
    private final Consumer<PlaybookReport> onFinished;
    private final HypothesisWatch hypothesis;
    private final AbortWatch abortWatch;
    private final Closing closing;
    private final Judgement judgement = new Judgement();
    private final long startedAtNanos;
    private State state = new State.Preparing();
    private NodeLoop.@Nullable Timer timer;

    private PlaybookRun(RunContext context, RunConfig config, Consumer<PlaybookReport> onFinished) {
        this.context = context;
        this.config = config;
        this.loop = context.world().loop();
        this.onFinished = onFinished;
        this.hypothesis = new HypothesisWatch(context.playbook().steadyState().probes(), context.scope());
        this.abortWatch = new AbortWatch(context.playbook().abortConditions(), context.scope());
        this.closing = new Closing(context, hypothesis, judgement);
        this.startedAtNanos = loop.now();
    }

    /// Where the run is.
    private sealed interface State {
        record Preparing() implements State {}

        record Settling(long deadlineNanos) implements State {}

        record Acting(StepSequence method) implements State {}

        record Undoing(StepSequence rollbacks) implements State {}

        record Releasing(long deadlineNanos) implements State {}

        record Proving(long deadlineNanos) implements State {}

        record Expecting(long deadlineNanos) implements State {}

        record Finished(PlaybookReport report) implements State {}
    }

    public sealed interface Start {
        record Started(PlaybookRun run) implements Start {}

        /// Nothing was done or recorded.
        /// @param problems what is wrong with the parameters, one sentence each
        record Refused(List<String> problems) implements Start {}
    }

    /// @param onFinished gets the report, once, in a later turn
    public static Start start(
            World world, Playbook playbook, RunRequest request, RunConfig config, Consumer<PlaybookReport> onFinished) {
        return switch (bind(world, playbook, request)) {
            case Binding.Refused(List<String> problems) -> new Start.Refused(problems);
            case Binding.Bound(Scope scope) -> {
                RunContext context = new RunContext(world, playbook, scope, request);
                PlaybookRun run = new PlaybookRun(context, config, onFinished);
                world.events()
                        .emit(new PlaybookEvent.PlaybookStarted(
                                request.id(), playbook.metadata().name(), request.by()));
                run.timer = world.loop().after(0, run::turn);
                yield new Start.Started(run);
            }
        };
    }

    /// What a run would find and whom it would hit, without doing anything; parameters that are wrong are the only
    /// finding then.
    public static List<Preflight.Finding> preview(World world, Playbook playbook, RunRequest request) {
        return switch (bind(world, playbook, request)) {
            case Binding.Refused(List<String> problems) ->
                problems.stream()
                        .map(p -> new Preflight.Finding("parameters", false, p))
                        .toList();
            case Binding.Bound(Scope scope) -> Preflight.check(world, playbook, scope, request.id(), request.seed());
        };
    }

    private static Binding bind(World world, Playbook playbook, RunRequest request) {
        SequencedMap<String, Value> known = new LinkedHashMap<>(ClusterFacts.configuration(world.history()));
        known.putAll(request.configuration());
        return Binding.bind(playbook, request.parameters(), known, ClusterFacts.pool(world, playbook));
    }

    /// Stops the method now and rolls back. Changes nothing on a run that has finished.
    public void abort(String by, String why) {
        if (!isFinished() && !judgement.isAborted()) {
            judgement.abort("aborted by " + by + (why.isEmpty() ? "" : ": " + why));
            wake();
        }
    }

    /// Reverts every fault in the cluster at once, whoever injected it, then aborts.
    public void halt(String by) {
        context.world().faults().recoverAll(by);
        abort(by, "everything was halted");
    }

    /// The question that waits for a person, if one does.
    public Optional<Step.Ask> question() {
        return state instanceof State.Acting(StepSequence method) ? method.question() : Optional.empty();
    }

    /// Answers the question of a step. An answer that comes before the question is kept.
    public void answer(String step, boolean proceed) {
        context.answer(step, proceed);
        wake();
    }

    public String id() {
        return context.request().id();
    }

    public Playbook playbook() {
        return context.playbook();
    }

    public boolean isFinished() {
        return state instanceof State.Finished;
    }

    /// The report, once the run has finished.
    public Optional<PlaybookReport> report() {
        return state instanceof State.Finished(PlaybookReport report) ? Optional.of(report) : Optional.empty();
    }

    private void wake() {
        if (!isFinished()) {
            schedule(0);
        }
    }

    private void schedule(long delayNanos) {
        if (timer != null) {
            timer.cancel();
        }
        timer = loop.after(delayNanos, this::turn);
    }

    /// Looks at the cluster once and goes as far as that allows.
    private void turn() {
        Observation observation = context.observe(hypothesis::steadySinceNanos);
        if (state instanceof State.Acting || state instanceof State.Undoing) {
            watch(observation);
        }
        for (State next = after(state, observation); !next.equals(state); next = after(state, observation)) {
            state = next;
        }
        if (state instanceof State.Finished(PlaybookReport report)) {
            timer = null;
            loop.post(() -> onFinished.accept(report));
        } else {
            schedule(Math.clamp(dueNanos() - observation.nowNanos(), 1, config.pollNanos()));
        }
    }

    private long dueNanos() {
        return switch (state) {
            case State.Acting(StepSequence method) -> method.dueNanos();
            case State.Undoing(StepSequence rollbacks) -> rollbacks.dueNanos();
            case State.Settling(long deadline) -> deadline;
            case State.Releasing(long deadline) -> deadline;
            case State.Proving(long deadline) -> deadline;
            case State.Expecting(long deadline) -> deadline;
            case State.Preparing _, State.Finished _ -> Long.MAX_VALUE;
        };
    }

    private void watch(Observation observation) {
        for (Reading deviated : hypothesis.during(observation)) {
            String detail = deviated.text();
            context.journal().update(Phase.STEADY_STATE_HYPOTHESIS, "during", "failed", detail, observation.nowNanos());
        }
        if (state instanceof State.Acting && !judgement.isAborted()) {
            abortWatch.evaluate(observation).ifPresent(judgement::abort);
            if (observation.nowNanos() - startedAtNanos >= config.runMaxNanos()) {
                judgement.abort("the run took longer than " + TimeSpan.text(config.runMaxNanos()));
            }
        }
    }

    /// The state that follows `from`, which is `from` itself while it lasts.
    private State after(State from, Observation o) {
        long now = o.nowNanos();
        return switch (from) {
            case State.Preparing _ -> judgement.isAborted() || !preflight(now) ? finished(o) : settling(now);
            case State.Settling(long deadline) -> settled(from, deadline, o);
            case State.Acting(StepSequence method) -> acted(from, method, o);
            case State.Undoing(StepSequence rollbacks) -> {
                if (!rollbacks.advance(o)) {
                    yield from;
                }
                rollbacks.failures().forEach(judgement::fail);
                closing.release(now);
                yield new State.Releasing(now + config.releaseWithinNanos());
            }
            case State.Releasing(long deadline) -> {
                if (!closing.isReleased(o, now >= deadline)) {
                    yield from;
                }
                closing.endDuring(now);
                yield new State.Proving(now + config.recoverWithinNanos());
            }
            case State.Proving(long deadline) ->
                closing.isProven(o, now >= deadline) ? new State.Expecting(now + config.expectWithinNanos()) : from;
            case State.Expecting(long deadline) -> closing.isExpected(o, now >= deadline) ? finished(o) : from;
            case State.Finished _ -> from;
        };
    }

    private boolean preflight(long nowNanos) {
        boolean isOk = true;
        List<Preflight.Finding> findings = Preflight.check(
                context.world(),
                context.playbook(),
                context.scope(),
                context.request().id(),
                context.request().seed());
        for (Preflight.Finding finding : findings) {
            String status = finding.isOk() ? "passed" : "failed";
            context.journal().note(Phase.PREFLIGHT, finding.name(), "check", status, finding.detail(), nowNanos);
            if (!finding.isOk()) {
                judgement.leaveOpen("preflight " + finding.name() + ": " + finding.detail());
                isOk = false;
            }
        }
        return isOk;
    }

    private State settling(long nowNanos) {
        String title = context.playbook().steadyState().title();
        context.journal().begin(Phase.STEADY_STATE_HYPOTHESIS, "before", "check", title, nowNanos);
        return new State.Settling(nowNanos + config.steadyWithinNanos());
    }

    private State settled(State from, long deadlineNanos, Observation o) {
        long now = o.nowNanos();
        List<Reading> readings = hypothesis.before(o);
        Phase phase = Phase.STEADY_STATE_HYPOTHESIS;
        if (judgement.isAborted()) {
            context.journal().update(phase, "before", "failed", "stopped", now);
            return finished(o);
        }
        if (Checks.areMet(readings)) {
            context.journal().update(phase, "before", "passed", Checks.text(readings), now);
            context.journal()
                    .begin(
                            phase,
                            "during",
                            "check",
                            context.playbook().steadyState().title(),
                            now);
            return new State.Acting(
                    new StepSequence(context, Phase.METHOD, context.playbook().method(), now));
        }
        if (now < deadlineNanos) {
            return from;
        }
        context.journal().update(phase, "before", "failed", Checks.text(readings), now);
        judgement.leaveOpen(
                "no steady state within " + TimeSpan.text(config.steadyWithinNanos()) + ": " + Checks.text(readings));
        return finished(o);
    }

    private State acted(State from, StepSequence method, Observation o) {
        long now = o.nowNanos();
        if (judgement.isAborted()) {
            method.stop(judgement.reasons().getFirst(), now);
        } else if (!method.advance(o)) {
            return from;
        }
        method.failures().forEach(judgement::fail);
        return new State.Undoing(
                new StepSequence(context, Phase.ROLLBACKS, context.playbook().rollbacks(), now));
    }

    private State finished(Observation o) {
        Invariants.check(!isFinished(), "run %s ended twice", id());
        PlaybookReport report = new ReportBuilder(context, hypothesis, judgement, closing).build(o, startedAtNanos);
        context.world()
                .events()
                .emit(new PlaybookEvent.PlaybookFinished(
                        id(), report.verdict().word(), String.join("; ", report.why())));
        return new State.Finished(report);
    }
}
