package io.faultline.backend.account;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;

/// The accounts of this console. Checks no rights: `AccountAdministration` does. Thread-safe.
///
/// Invariant: once there is an account, there is an enabled one with the role admin.
public final class UserAccounts implements UserDetailsService {
    public static final String FIRST_NAME = "admin";

    /// The authority of somebody who has signed in with a password that the console invented. It is no role, so that
    /// nothing is open to them but the change of their password.
    public static final String MUST_CHANGE_PASSWORD = "MUST_CHANGE_PASSWORD";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final int ACCOUNTS_MAX = 1_000;

    private final AccountTable table;
    private final PasswordEncoder encoder;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public UserAccounts(JdbcClient database, PasswordEncoder encoder, Clock clock) {
        this.table = new AccountTable(database);
        this.encoder = encoder;
        this.clock = clock;
    }

    /// Makes the first account if there is none yet.
    ///
    /// @return its one-time password, which cannot be had again
    public synchronized Optional<String> createFirst() {
        return table.size() > 0 ? Optional.empty() : Optional.of(insert(FIRST_NAME, Role.ADMIN));
    }

    public List<Account> all() {
        return table.all();
    }

    public Optional<Account> find(String name) {
        return table.find(name);
    }

    /// An account with an invented password that has to be changed at the first sign-in.
    public synchronized NewPassword createAccount(String name, Role role) {
        if (!NAME.matcher(name).matches()) {
            return new NewPassword.Refused(
                    "a name has 1 to 64 lower-case letters, digits, dots, dashes and underscores");
        }
        if (table.find(name).isPresent()) {
            return new NewPassword.Refused("there is an account named '" + name + "' already");
        }
        if (table.size() >= ACCOUNTS_MAX) {
            return new NewPassword.Refused("there are " + ACCOUNTS_MAX + " accounts, the most there can be");
        }
        return new NewPassword.Invented(insert(name, role));
    }

    /// Replaces a password that somebody forgot by an invented one.
    public synchronized NewPassword reset(String name) {
        Optional<Account> account = table.find(name);
        if (account.isEmpty()) {
            return new NewPassword.Refused("there is no account named '" + name + "'");
        }
        String password = PasswordRules.invent(random);
        table.update(withPassword(account.get(), password, true));
        return new NewPassword.Invented(password);
    }

    /// What is wrong with the change, if anything.
    public synchronized Optional<String> setRole(String name, Role role) {
        return change(
                name,
                a -> new Account(a.name(), a.passwordHash(), role, a.mustChangePassword(), a.enabled(), a.createdAt()));
    }

    public synchronized Optional<String> setEnabled(String name, boolean enabled) {
        return change(
                name,
                a -> new Account(a.name(), a.passwordHash(), a.role(), a.mustChangePassword(), enabled, a.createdAt()));
    }

    /// The person's own change of password; they prove with the current one that they are at the keyboard.
    public synchronized PasswordChange changePassword(String name, String current, String wanted) {
        Optional<Account> account = table.find(name);
        if (account.isEmpty() || !encoder.matches(current, account.get().passwordHash())) {
            return new PasswordChange.Refused("the current password is not right");
        }
        return replace(account.get(), wanted);
    }

    /// Replaces a one-time password, for a person who has just signed in with it. It works once: whoever signed in with
    /// the same one elsewhere has to know the new one.
    public synchronized PasswordChange chooseFirstPassword(String name, String wanted) {
        Optional<Account> account = table.find(name);
        if (account.isEmpty() || !account.get().mustChangePassword()) {
            return new PasswordChange.Refused("the one-time password was used already; sign in with the new password");
        }
        return replace(account.get(), wanted);
    }

    private PasswordChange replace(Account account, String wanted) {
        if (encoder.matches(wanted, account.passwordHash())) {
            return new PasswordChange.Refused("choose a password other than the current one");
        }
        Optional<String> problem = PasswordRules.problemWith(account.name(), wanted);
        if (problem.isPresent()) {
            return new PasswordChange.Refused(problem.get());
        }
        table.update(withPassword(account, wanted, false));
        return new PasswordChange.Done();
    }

    @Override
    public UserDetails loadUserByUsername(String name) {
        Account account = table.find(name).orElseThrow(() -> new UsernameNotFoundException("no such account"));
        return User.withUsername(account.name())
                .password(account.passwordHash())
                .disabled(!account.enabled())
                .authorities(AuthorityUtils.createAuthorityList(authorities(account)))
                .build();
    }

    /// Every role that the account's own includes, so that whoever asks for one need not know their order.
    private static List<String> authorities(Account account) {
        if (account.mustChangePassword()) {
            return List.of(MUST_CHANGE_PASSWORD);
        }
        return Stream.of(Role.values())
                .filter(account.role()::includes)
                .map(Role::authority)
                .toList();
    }

    /// A password that the console invented, or why it did not.
    public sealed interface NewPassword {
        /// @param password to be shown once
        record Invented(String password) implements NewPassword {}

        record Refused(String why) implements NewPassword {}
    }

    private String insert(String name, Role role) {
        String password = PasswordRules.invent(random);
        table.insert(new Account(name, encode(password), role, true, true, clock.instant()));
        return password;
    }

    private Account withPassword(Account a, String password, boolean mustChange) {
        return new Account(a.name(), encode(password), a.role(), mustChange, a.enabled(), a.createdAt());
    }

    private Optional<String> change(String name, UnaryOperator<Account> change) {
        Optional<Account> account = table.find(name);
        if (account.isEmpty()) {
            return Optional.of("there is no account named '" + name + "'");
        }
        Account changed = change.apply(account.get());
        boolean someAdminIsLeft =
                isAdmin(changed) || table.all().stream().anyMatch(a -> !a.name().equals(changed.name()) && isAdmin(a));
        if (!someAdminIsLeft) {
            return Optional.of("this is the last enabled admin; make another one first");
        }
        table.update(changed);
        return Optional.empty();
    }

    private static boolean isAdmin(Account account) {
        return account.enabled() && account.role() == Role.ADMIN;
    }

    private String encode(String password) {
        return java.util.Objects.requireNonNull(encoder.encode(password));
    }
}
