package io.faultline.backend.operation;

/// What came of something that a person asked for. `message` is one sentence for that person.
public sealed interface OperationOutcome {
    String message();

    /// @param id of the fault or the run that it began; empty when it began none
    record Done(String message, String id) implements OperationOutcome {}

    /// It makes no sense now, or the input is wrong; nothing was changed.
    record Refused(String message) implements OperationOutcome {}

    /// There is nothing of that name.
    record Unknown(String message) implements OperationOutcome {}

    /// The person lacks the role; nothing was changed.
    record Denied(String message) implements OperationOutcome {}

    /// The cluster did not answer in time. Whether it was done is not known.
    record Unanswered(String message) implements OperationOutcome {}

    default boolean isDone() {
        return this instanceof Done;
    }
}
