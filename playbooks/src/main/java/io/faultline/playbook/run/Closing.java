package io.faultline.playbook.run;

import io.faultline.playbook.model.ProbeCheck;
import io.faultline.playbook.model.Quantity;
import io.faultline.playbook.model.Tolerance;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.probe.Probe;
import io.faultline.playbook.probe.ProbeKind;
import io.faultline.playbook.run.Checks.Reading;
import io.faultline.runtime.fault.FaultInjector.ActiveFault;
import io.faultline.runtime.world.LoadControl.LoadRun;
import java.util.ArrayList;
import java.util.List;

/// What a run does after its rollbacks: takes back whatever it left, proves that nothing is left, and measures what
/// came of it. Confined to the loop.
final class Closing {
    /// What every run has to prove, whether its playbook says so or not.
    private static final ProbeCheck NO_RESIDUE = new ProbeCheck(
            "no-fault-left",
            "No fault of this run is left",
            Probe.of(ProbeKind.RESIDUAL_FAULTS),
            new Tolerance.Equal(Quantity.ofNumber("faults left", 0)),
            1);

    private final RunContext context;
    private final HypothesisWatch hypothesis;
    private final Judgement judgement;
    private final List<ProbeCheck> verify;
    private List<Reading> verified = List.of();
    private List<Reading> expected = List.of();

    Closing(RunContext context, HypothesisWatch hypothesis, Judgement judgement) {
        this.context = context;
        this.hypothesis = hypothesis;
        this.judgement = judgement;
        this.verify = new ArrayList<>(context.playbook().verify());
        if (verify.stream().noneMatch(c -> c.probe().kind() == ProbeKind.RESIDUAL_FAULTS)) {
            verify.add(NO_RESIDUE);
        }
    }

    /// Ends what this run began and its rollbacks did not end.
    void release(long nowNanos) {
        List<ActiveFault> left = ownFaults();
        List<LoadRun> loads = openLoads();
        loads.forEach(LoadRun::drain);
        left.forEach(f -> context.world().faults().recover(f.id(), context.by()));
        String detail = left.size() + " faults recovered, " + loads.size() + " loads drained";
        context.journal().begin(Phase.ROLLBACKS, "release", "check", detail, nowNanos);
    }

    /// @param isLast no more time: says what is left and goes on
    boolean isReleased(Observation observation, boolean isLast) {
        List<ActiveFault> faults = ownFaults();
        List<LoadRun> loads = openLoads();
        if (faults.isEmpty() && loads.isEmpty()) {
            context.journal()
                    .update(
                            Phase.ROLLBACKS,
                            "release",
                            "passed",
                            "nothing of this run is left",
                            observation.nowNanos());
            return true;
        }
        if (isLast) {
            String detail = faults.size() + " faults and " + loads.size() + " loads of this run are left";
            context.journal().update(Phase.ROLLBACKS, "release", "failed", detail, observation.nowNanos());
            judgement.fail(detail);
        }
        return isLast;
    }

    /// The method and the rollbacks are over: the word on the hypothesis meanwhile.
    void endDuring(long nowNanos) {
        if (hypothesis.hasDeviated()) {
            judgement.fail(
                    "the steady state deviated: " + hypothesis.deviation().orElse(""));
        } else {
            context.journal().update(Phase.STEADY_STATE_HYPOTHESIS, "during", "passed", "held all the time", nowNanos);
        }
        String title = context.playbook().steadyState().title();
        context.journal().begin(Phase.STEADY_STATE_HYPOTHESIS, "after", "check", title, nowNanos);
    }

    boolean isProven(Observation observation, boolean isLast) {
        List<Reading> after = hypothesis.after(observation);
        verified = Checks.read(verify, observation, context.scope());
        boolean isProven = Checks.areMet(after) && Checks.areMet(verified);
        if (isProven || isLast) {
            long now = observation.nowNanos();
            String status = Checks.areMet(after) ? "passed" : "failed";
            context.journal().update(Phase.STEADY_STATE_HYPOTHESIS, "after", status, Checks.text(after), now);
            if (!Checks.areMet(after)) {
                judgement.fail("no steady state afterwards: " + Checks.text(after));
            }
            conclude(Phase.VERIFY, verified, "not verified, ", now);
        }
        return isProven || isLast;
    }

    boolean isExpected(Observation observation, boolean isLast) {
        expected = Checks.read(context.playbook().expect(), observation, context.scope());
        boolean isOver = Checks.areMet(expected) || isLast;
        if (isOver) {
            conclude(Phase.EXPECT, expected, "not as expected, ", observation.nowNanos());
        }
        return isOver;
    }

    List<Reading> verified() {
        return verified;
    }

    List<Reading> expected() {
        return expected;
    }

    private void conclude(Phase phase, List<Reading> readings, String words, long nowNanos) {
        for (Reading reading : readings) {
            String status = reading.isMet() ? "passed" : "failed";
            context.journal().note(phase, reading.check().name(), "check", status, reading.text(), nowNanos);
            if (!reading.isMet()) {
                judgement.fail(words + reading.check().name() + ": " + reading.text());
            }
        }
    }

    private List<ActiveFault> ownFaults() {
        return context.world().faults().active().stream()
                .filter(f -> f.by().equals(context.by()))
                .toList();
    }

    private List<LoadRun> openLoads() {
        return context.loads().sequencedValues().stream()
                .filter(load -> !load.isFinished())
                .toList();
    }
}
