package io.faultline.console.security;

import com.vaadin.flow.component.Key;
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

/// Choosing a password of one's own. Afterwards one signs in again, with the rights that a one-time password lacks.
@Route(value = "password", autoLayout = false)
@PageTitle("Change password · Faultline")
@PermitAll
public final class PasswordView extends Main {
    private final UserAccounts accounts;
    private final AuthenticationContext user;
    private final PasswordField current = new PasswordField("Current password");
    private final PasswordField next = new PasswordField("New password");
    private final PasswordField again = new PasswordField("New password again");

    public PasswordView(UserAccounts accounts, AuthenticationContext user) {
        this.accounts = accounts;
        this.user = user;
        addClassName("fl-login");
        Button save = new Button("Change password", e -> change());
        save.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        save.addClickShortcut(Key.ENTER);
        Div form = new Div(
                new H1("Choose your password"),
                new Paragraph("Signed in as " + name()
                        + ". A one-time password has to be changed first; then sign in with the new one."),
                current,
                next,
                again,
                save);
        form.addClassName("fl-panel");
        add(form);
    }

    private String name() {
        return user.getPrincipalName().orElse("");
    }

    private void change() {
        if (!next.getValue().equals(again.getValue())) {
            refuse(again, "the two new passwords differ");
            return;
        }
        switch (accounts.changePassword(name(), current.getValue(), next.getValue())) {
            case PasswordChange.Done() -> user.logout();
            case PasswordChange.Refused(String why) -> refuse(why.startsWith("the current") ? current : next, why);
        }
    }

    private static void refuse(PasswordField field, String why) {
        field.setErrorMessage(why);
        field.setInvalid(true);
        field.focus();
    }
}
