package io.faultline.backend.api;

import io.faultline.backend.operation.OperationOutcome;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/// What was done. What was not done is an error.
///
/// @param id of the fault or the run that it began; null when it began none
record OutcomeAnswer(String message, @Nullable String id) {

    /// @throws ApiProblem when it was not done
    static OutcomeAnswer of(OperationOutcome outcome) {
        return switch (outcome) {
            case OperationOutcome.Done(String message, String id) ->
                new OutcomeAnswer(message, RequestAnswer.orNull(id));
            case OperationOutcome.Refused(String message) -> throw new ApiProblem(HttpStatus.CONFLICT, message);
            case OperationOutcome.Unknown(String message) -> throw new ApiProblem(HttpStatus.NOT_FOUND, message);
            case OperationOutcome.Denied(String message) -> throw new ApiProblem(HttpStatus.FORBIDDEN, message);
            case OperationOutcome.Unanswered(String message) ->
                throw new ApiProblem(HttpStatus.GATEWAY_TIMEOUT, message);
        };
    }
}
