package io.faultline.backend.account;

/// What came of an attempt to change a password.
public sealed interface PasswordChange {
    record Done() implements PasswordChange {}

    /// Nothing was changed. @param why says what to do instead
    record Refused(String why) implements PasswordChange {}
}
