package io.faultline.backend.operation;

import io.faultline.backend.account.Account;
import io.faultline.backend.account.Role;
import io.faultline.backend.account.UserAccounts;
import io.faultline.backend.account.UserAccounts.NewPassword;
import io.faultline.backend.audit.AuditEntry;
import io.faultline.backend.audit.AuditLog;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What an admin can do to accounts, and who may read the audit log. Checks the role and is audited. Thread-safe.
public final class AccountAdministration {
    private final UserAccounts accounts;
    private final Permissions permissions;
    private final AuditLog audit;

    public AccountAdministration(UserAccounts accounts, Permissions permissions, AuditLog audit) {
        this.accounts = accounts;
        this.permissions = permissions;
        this.audit = audit;
    }

    /// Empty for those who may not manage accounts.
    public List<Account> accounts() {
        return permissions.may(Action.MANAGE_ACCOUNTS) ? accounts.all() : List.of();
    }

    /// Newest first; empty for those who may not read it.
    public List<AuditEntry> auditEntries(int offset, int limit) {
        return permissions.may(Action.READ_AUDIT) ? audit.newest(offset, limit) : List.of();
    }

    /// [OperationOutcome.Done#id] is the one-time password, to be shown once.
    public OperationOutcome create(String name, Role role) {
        String lower = name.toLowerCase(Locale.ROOT).strip();
        return permissions.perform(
                Action.MANAGE_ACCOUNTS,
                lower,
                _ -> shown(accounts.createAccount(lower, role), lower + " is created as " + role.word()));
    }

    public OperationOutcome resetPassword(String name) {
        return permissions.perform(
                Action.MANAGE_ACCOUNTS, name, _ -> shown(accounts.reset(name), name + " has a new one-time password"));
    }

    public OperationOutcome setRole(String name, Role role) {
        return permissions.perform(
                Action.MANAGE_ACCOUNTS, name, _ -> done(accounts.setRole(name, role), name + " is now " + role.word()));
    }

    public OperationOutcome setEnabled(String name, boolean enabled) {
        return permissions.perform(
                Action.MANAGE_ACCOUNTS,
                name,
                _ -> done(accounts.setEnabled(name, enabled), name + (enabled ? " may sign in" : " is locked out")));
    }

    private static OperationOutcome shown(NewPassword outcome, String message) {
        return switch (outcome) {
            case NewPassword.Invented(String password) -> new OperationOutcome.Done(message, password);
            case NewPassword.Refused(String why) -> new OperationOutcome.Refused(why);
        };
    }

    private static OperationOutcome done(Optional<String> problem, String message) {
        return problem.isPresent()
                ? new OperationOutcome.Refused(problem.get())
                : new OperationOutcome.Done(message, "");
    }
}
