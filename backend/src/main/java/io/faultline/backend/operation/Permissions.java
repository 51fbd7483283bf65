package io.faultline.backend.operation;

import io.faultline.backend.account.Operator;
import io.faultline.backend.audit.AuditEntry.Result;
import io.faultline.backend.audit.AuditLog;
import java.util.Optional;
import java.util.function.Function;

/// Asks the table of rights for the person behind the current call, and writes down what came of the action.
/// Thread-safe.
public final class Permissions {
    /// Who is named when nobody is signed in.
    private static final String NOBODY = "nobody";

    private final AuditLog audit;

    public Permissions(AuditLog audit) {
        this.audit = audit;
    }

    /// Whether the person may; for hiding what they may not.
    public boolean may(Action action) {
        return Operator.current().map(Operator::role).filter(action::isOpenTo).isPresent();
    }

    /// Does it if the person may, and records it either way.
    public OperationOutcome perform(Action action, String target, Function<Operator, OperationOutcome> doing) {
        Optional<Operator> operator = Operator.current();
        if (operator.isEmpty() || !action.isOpenTo(operator.get().role())) {
            String who = operator.map(Operator::name).orElse(NOBODY);
            String message = "to " + action.words() + " you need the role "
                    + action.least().word();
            audit.record(who, action.words(), target, Result.DENIED, message);
            return new OperationOutcome.Denied(message);
        }
        OperationOutcome outcome;
        try {
            outcome = doing.apply(operator.get());
        } catch (RuntimeException e) {
            audit.record(operator.get().name(), action.words(), target, Result.FAILED, String.valueOf(e.getMessage()));
            throw e;
        }
        audit.record(operator.get().name(), action.words(), target, result(outcome), outcome.message());
        return outcome;
    }

    private static Result result(OperationOutcome outcome) {
        return switch (outcome) {
            case OperationOutcome.Done _ -> Result.DONE;
            case OperationOutcome.Refused _, OperationOutcome.Unknown _ -> Result.REFUSED;
            case OperationOutcome.Denied _ -> Result.DENIED;
            case OperationOutcome.Unanswered _ -> Result.FAILED;
        };
    }
}
