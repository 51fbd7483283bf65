package io.faultline.backend.audit;

import java.time.Instant;

/// One line of the audit log. Immutable.
///
/// @param id grows with time
/// @param who the account's name; "console" for what it did by itself
/// @param target what it was done to, empty when there is no one thing
public record AuditEntry(long id, Instant at, String who, String action, String target, Result result, String detail) {

    public enum Result {
        DONE,
        /// It made no sense at that moment, or the input was wrong.
        REFUSED,
        /// The person lacks the role.
        DENIED,
        /// It was tried and did not work.
        FAILED
    }
}
