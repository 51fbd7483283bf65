package io.faultline.console.security;

import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.textfield.PasswordField;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.spring.security.AuthenticationContext;
import io.faultline.backend.account.PasswordChange;
import io.faultline.backend.account.UserAccounts;
import jakarta.annotation.security.PermitAll;

/// Changing one's password. At the first sign-in, with a one-time password, the new one is asked for once and the
/// person
/// goes on to the page that was wanted; later the current one is asked for too, and one signs in again.
@Route(value = "password", autoLayout = false)
@PageTitle("Change password · Faultline")
@PermitAll
public final class PasswordView extends Main {
    private final UserAccounts accounts;
    private final AuthenticationContext user;
    private final SignedIn signedIn;
    private final boolean isFirst;
    private final PasswordField current = new PasswordField("Current password");
    private final PasswordField next = new PasswordField("New password");

    public PasswordView(UserAccounts accounts, AuthenticationContext user, SignedIn signedIn) {
        this.accounts = accounts;
        this.user = user;
        this.signedIn = signedIn;
        this.isFirst = user.hasAuthority(UserAccounts.MUST_CHANGE_PASSWORD);
        addClassName("fl-login");
        Button save = new Button(isFirst ? "Save and continue" : "Change password", e -> change());
        save.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        save.addClickShortcut(Key.ENTER);
        Div form = new Div(
                new H1(isFirst ? "Choose your password" : "Change password"),
                new Paragraph(
                        isFirst
                                ? "Signed in as " + name() + ". This password replaces the one-time password."
                                : "Signed in as " + name() + ". You sign in again with the new password."),
                next,
                save);
        if (!isFirst) {
            form.addComponentAtIndex(2, current);
        }
        form.addClassName("fl-panel");
        add(form);
    }

    private String name() {
        return user.getPrincipalName().orElse("");
    }

    private void change() {
        PasswordChange change = isFirst
                ? accounts.chooseFirstPassword(name(), next.getValue())
                : accounts.changePassword(name(), current.getValue(), next.getValue());
        switch (change) {
            case PasswordChange.Done() -> {
                if (isFirst) {
                    signedIn.again(name());
                    UI.getCurrent().getPage().setLocation(signedIn.wanted());
                } else {
                    user.logout();
                }
            }
            case PasswordChange.Refused(String why) -> refuse(why.startsWith("the current") ? current : next, why);
        }
    }

    private static void refuse(PasswordField field, String why) {
        field.setErrorMessage(why);
        field.setInvalid(true);
        field.focus();
    }
}
