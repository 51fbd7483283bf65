package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.TimeSpan;
import io.faultline.playbook.model.Step;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.run.Checks.Reading;
import io.faultline.playbook.run.Execution.Progress;
import io.faultline.runtime.world.LoadControl.LoadRun;
import io.faultline.runtime.world.LoadControl.LoadSpec;
import io.faultline.runtime.world.LoadControl.LoadTally;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns a step into what carries it out.
final class Executions {
    private Executions() {}

    static Execution of(Step step, RunContext context) {
        return switch (step) {
            case Step.Inject inject -> new InjectExecution(inject, context);
            case Step.Measure measure -> (observation, _) -> measured(measure, observation, context.scope());
            case Step.Wait wait -> new WaitExecution(wait.duration().nanosIn(context.scope()));
            case Step.Ask ask -> (observation, deadline) -> asked(ask, observation, deadline, context);
            case Step.StartLoad load -> (_, _) -> started(load, context);
            case Step.Drain drain -> drained(drain, context.loads().get(drain.load()));
            case Step.Gate gate -> new GateExecution(gate, context.scope());
        };
    }

    private static Progress measured(Step.Measure step, Observation observation, Scope scope) {
        Reading reading = Checks.read(step.check(), observation, scope);
        return reading.isMet() ? new Progress.Passed(reading.text()) : new Progress.Failed(reading.text());
    }

    private static Progress asked(Step.Ask step, Observation observation, long deadlineNanos, RunContext context) {
        Optional<Boolean> answer = context.answerTo(step.name());
        if (answer.isPresent()) {
            return answer.get() ? new Progress.Passed("answered: go on") : new Progress.Failed("answered: stop");
        }
        if (observation.nowNanos() < deadlineNanos) {
            return new Progress.Going(step.question());
        }
        return switch (step.unanswered()) {
            case PROCEED -> new Progress.Passed("nobody answered in time; went on");
            case STOP -> new Progress.Failed("nobody answered in time");
        };
    }

    private static Progress started(Step.StartLoad step, RunContext context) {
        Scope scope = context.scope();
        Step.Load load = step.load();
        LoadSpec spec = new LoadSpec(
                load.clients().countIn(scope),
                load.requestsPerClient().countIn(scope),
                load.promptTokensMin().countIn(scope),
                load.promptTokensMax().countIn(scope),
                load.maxTokens().countIn(scope),
                load.sharedPrefixTokens().countIn(scope),
                load.ramp().nanosIn(scope));
        context.loads().put(step.name(), context.world().load().start(spec));
        String each = spec.requestsPerClient() == 0 ? "until drained" : spec.requestsPerClient() + " requests each";
        return new Progress.Passed(
                spec.clients() + " clients, " + each + ", " + spec.maxTokens() + " tokens a request");
    }

    private static Execution drained(Step.Drain step, @Nullable LoadRun load) {
        if (load == null) {
            return (_, _) -> new Progress.Skipped("load " + step.load() + " was skipped");
        }
        if (step.stopSending() == Step.StopSending.NOW) {
            load.drain();
        }
        return (_, _) -> {
            LoadTally tally = load.tally();
            String detail = tally.completed() + " of " + tally.sent() + " requests completed";
            return load.isFinished()
                    ? new Progress.Passed(detail)
                    : new Progress.Going(detail + ", " + load.open() + " open");
        };
    }

    private static final class WaitExecution implements Execution {
        private final long durationNanos;
        private long untilNanos = Long.MAX_VALUE;

        WaitExecution(long durationNanos) {
            this.durationNanos = durationNanos;
        }

        @Override
        public Progress advance(Observation observation, long deadlineNanos) {
            if (untilNanos == Long.MAX_VALUE) {
                untilNanos = observation.nowNanos() + durationNanos;
            }
            return observation.nowNanos() >= untilNanos
                    ? new Progress.Passed("waited " + TimeSpan.text(durationNanos))
                    : new Progress.Going("waits " + TimeSpan.text(durationNanos));
        }

        @Override
        public long dueNanos() {
            return untilNanos;
        }
    }

    private static final class GateExecution implements Execution {
        private final Step.Gate step;
        private final Scope scope;
        private final long holdNanos;
        private long heldSinceNanos = -1;

        GateExecution(Step.Gate step, Scope scope) {
            this.step = step;
            this.scope = scope;
            this.holdNanos = step.holdFor().nanosIn(scope);
        }

        @Override
        public Progress advance(Observation observation, long deadlineNanos) {
            List<Reading> readings = Checks.read(step.until(), observation, scope);
            if (!Checks.areMet(readings)) {
                heldSinceNanos = -1;
                return new Progress.Going(Checks.text(readings));
            }
            if (heldSinceNanos < 0) {
                heldSinceNanos = observation.nowNanos();
            }
            return observation.nowNanos() - heldSinceNanos >= holdNanos
                    ? new Progress.Passed(Checks.text(readings))
                    : new Progress.Going(Checks.text(readings));
        }

        @Override
        public long dueNanos() {
            return heldSinceNanos < 0 ? Long.MAX_VALUE : heldSinceNanos + holdNanos;
        }
    }
}
