package io.faultline.backend.account;

import java.util.function.Consumer;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/// Makes the first account when there is none, once everything else is up, so that the password it tells cannot be
/// lost in a start that fails.
public final class FirstStart implements ApplicationRunner {
    private final UserAccounts accounts;
    private final Consumer<String> terminal;

    public FirstStart(UserAccounts accounts, Consumer<String> terminal) {
        this.accounts = accounts;
        this.terminal = terminal;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        accounts.createFirst()
                .ifPresent(password -> terminal.accept("First start: sign in as " + UserAccounts.FIRST_NAME
                        + " with the one-time password " + password + " (you will be asked to change it)"));
    }
}
