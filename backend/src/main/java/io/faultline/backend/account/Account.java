package io.faultline.backend.account;

import java.time.Instant;

/// One person's account. Immutable.
///
/// @param name 1 to 64 lower-case letters, digits, dots, dashes and underscores
/// @param mustChangePassword the password was chosen by the console; until it is changed the account has no role
/// @param enabled whether it may sign in
public record Account(
        String name, String passwordHash, Role role, boolean mustChangePassword, boolean enabled, Instant createdAt) {}
