package io.faultline.playbook.model;

import io.faultline.playbook.expression.Expression;
import io.faultline.runtime.fault.FaultKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that a run does. Immutable.
public sealed interface Step {
    Head head();

    default String name() {
        return head().name();
    }

    /// As in the file: inject, probe, wait, ask, load, drain, gate.
    String type();

    /// What all steps have.
    ///
    /// @param title one line for people, may be empty
    /// @param timeout after which the step has failed
    /// @param when what it waits for; null = for nothing
    /// @param onlyIf a flag; the step is skipped when it is false; null = never skipped
    record Head(
            String name,
            String title,
            Quantity timeout,
            @Nullable Trigger when,
            @Nullable Expression onlyIf) {}

    /// Orders a fault (or a repair) on every target.
    ///
    /// @param duration after which the fault ends by itself; null = it stays until it is undone
    /// @param factor how many times slower, for kinds that have it
    /// @param afterTokens tokens that each sequence still gets, for kinds that have it
    /// @param percent of the workers, for kinds that have it
    record Inject(
            Head head,
            FaultKind fault,
            Target target,
            @Nullable Quantity duration,
            Quantity factor,
            Quantity afterTokens,
            Quantity percent)
            implements Step {
        @Override
        public String type() {
            return "inject";
        }
    }

    /// Measures once; the step fails outside the tolerance.
    record Measure(Head head, ProbeCheck check) implements Step {
        @Override
        public String type() {
            return "probe";
        }
    }

    record Wait(Head head, Quantity duration) implements Step {
        @Override
        public String type() {
            return "wait";
        }
    }

    /// Asks a person whether to go on. When nobody answers within the step's time-out, `unanswered` is what happens.
    record Ask(Head head, String question, Unanswered unanswered) implements Step {
        @Override
        public String type() {
            return "ask";
        }
    }

    enum Unanswered {
        PROCEED,
        STOP
    }

    /// Starts synthetic clients, which run on while the next steps are taken.
    record StartLoad(Head head, Load load) implements Step {
        @Override
        public String type() {
            return "load";
        }
    }

    /// The fields of [io.faultline.runtime.world.LoadControl.LoadSpec].
    record Load(
            Quantity clients,
            Quantity requestsPerClient,
            Quantity promptTokensMin,
            Quantity promptTokensMax,
            Quantity maxTokens,
            Quantity sharedPrefixTokens,
            Quantity ramp) {
        public List<Quantity> quantities() {
            return List.of(
                    clients, requestsPerClient, promptTokensMin, promptTokensMax, maxTokens, sharedPrefixTokens, ramp);
        }
    }

    /// Waits until a load that an earlier step started has no open request and sends none.
    record Drain(Head head, String load, StopSending stopSending) implements Step {
        @Override
        public String type() {
            return "drain";
        }
    }

    enum StopSending {
        /// Clients send no further request from now on.
        NOW,
        /// Each client first sends all of its requests.
        WHEN_ALL_SENT
    }

    /// Waits until all checks have held together for `holdFor`.
    record Gate(Head head, List<ProbeCheck> until, Quantity holdFor) implements Step {
        @Override
        public String type() {
            return "gate";
        }
    }
}
