package io.faultline.backend.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.backend.TestDatabase;
import io.faultline.backend.account.UserAccounts.NewPassword;
import io.faultline.backend.feed.HandClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class UserAccountsTest {
    /// The cheapest that bcrypt allows.
    private final BCryptPasswordEncoder encoder = new BCryptPasswordEncoder(4);

    private final UserAccounts accounts = new UserAccounts(new TestDatabase().client(), encoder, new HandClock());

    @Test
    void tellsTheFirstPasswordOnceAndNeverAgain() {
        List<String> told = new ArrayList<>();
        FirstStart start = new FirstStart(accounts, told::add);
        start.run(new DefaultApplicationArguments());
        start.run(new DefaultApplicationArguments());
        assertThat(told).hasSize(1);
        assertThat(told.getFirst())
                .matches("First start: sign in as admin with the one-time password [A-Za-z2-9]{20}"
                        + " \\(you will be asked to change it\\)");
    }

    @Test
    void givesNoRoleUntilTheInventedPasswordIsChanged() {
        String first = accounts.createFirst().orElseThrow();
        assertThat(authorities("admin")).containsExactly(UserAccounts.MUST_CHANGE_PASSWORD);

        assertThat(accounts.changePassword("admin", first, "correct horse battery"))
                .isInstanceOf(PasswordChange.Done.class);
        assertThat(authorities("admin"))
                .containsExactlyInAnyOrder("ROLE_VIEWER", "ROLE_OPERATOR", "ROLE_CHAOS", "ROLE_ADMIN");
    }

    @Test
    void keepsNoPasswordInTheClear() {
        String first = accounts.createFirst().orElseThrow();
        String hash = accounts.find("admin").orElseThrow().passwordHash();
        assertThat(hash).doesNotContain(first).startsWith("$2");
        assertThat(encoder.matches(first, hash)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "short, at least 10 characters",
        "aaaaaaaaaaaaaaaa, different characters",
        "my-admin-password, does not contain the account's name",
        "1234567890123456789012345678901234567890123456789012345678901234567890abc, at most 72 bytes"
    })
    void refusesAPasswordThatIsEasilyGuessed(String password, String why) {
        String first = accounts.createFirst().orElseThrow();
        assertThat(accounts.changePassword("admin", first, password))
                .isInstanceOfSatisfying(
                        PasswordChange.Refused.class, r -> assertThat(r.why()).contains(why));
        assertThat(authorities("admin")).containsExactly(UserAccounts.MUST_CHANGE_PASSWORD);
    }

    @Test
    void refusesAChangeByWhoDoesNotKnowTheCurrentPassword() {
        String first = accounts.createFirst().orElseThrow();
        assertThat(accounts.changePassword("admin", "not the password", "correct horse battery"))
                .isInstanceOf(PasswordChange.Refused.class);
        assertThat(accounts.changePassword("admin", first, first)).isInstanceOf(PasswordChange.Refused.class);
    }

    @Test
    void keepsAtLeastOneAdminWhoMaySignIn() {
        accounts.createFirst();
        assertThat(accounts.setRole("admin", Role.VIEWER)).isPresent();
        assertThat(accounts.setEnabled("admin", false)).isPresent();

        accounts.createAccount("bob", Role.ADMIN);
        assertThat(accounts.setRole("admin", Role.VIEWER)).isEmpty();
        assertThat(accounts.setEnabled("bob", false)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"Ann", "a b", "'', ''", "../etc", "-ann"})
    void refusesANameThatIsNone(String name) {
        assertThat(accounts.createAccount(name, Role.VIEWER)).isInstanceOf(NewPassword.Refused.class);
    }

    @Test
    void refusesASecondAccountOfTheSameName() {
        assertThat(accounts.createAccount("ann", Role.VIEWER)).isInstanceOf(NewPassword.Invented.class);
        assertThat(accounts.createAccount("ann", Role.ADMIN)).isInstanceOf(NewPassword.Refused.class);
        assertThat(accounts.find("ann").orElseThrow().role()).isEqualTo(Role.VIEWER);
    }

    private List<String> authorities(String name) {
        return accounts.loadUserByUsername(name).getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .toList();
    }
}
