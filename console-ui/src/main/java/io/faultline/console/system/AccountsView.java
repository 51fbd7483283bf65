package io.faultline.console.system;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Pre;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import io.faultline.backend.account.Account;
import io.faultline.backend.account.Role;
import io.faultline.backend.operation.AccountAdministration;
import io.faultline.backend.operation.OperationOutcome;
import io.faultline.console.shell.Figures;
import io.faultline.console.shell.LiveTable;
import io.faultline.console.shell.LiveTable.Press;
import io.faultline.console.shell.LiveTable.State;
import io.faultline.console.shell.Page;
import jakarta.annotation.security.RolesAllowed;
import java.util.List;

/// Who may sign in, and what may they do? A password that the console invents is shown once, to the admin who asked
/// for it, and has to be changed at the first sign-in.
@Route("accounts")
@PageTitle("Accounts · Faultline")
@RolesAllowed("ADMIN")
public final class AccountsView extends Main {
    private static final int NOTICE_MILLIS = 6_000;

    private final AccountAdministration administration;
    private final LiveTable table =
            new LiveTable("There is no account.", "Name", "Role", "State", "Created", "Password", "Access");
    private final TextField name = new TextField("Name");
    private final Select<Role> role = new Select<>();

    public AccountsView(AccountAdministration administration) {
        this.administration = administration;
        addClassName("fl-page");
        role.setLabel("Role");
        role.setItems(Role.values());
        role.setItemLabelGenerator(Role::word);
        role.setValue(Role.VIEWER);
        Button create = new Button("Create account", e -> create());
        create.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        table.onPress(this::press);
        add(
                Page.head("Accounts", "Who may sign in, and what may they do?"),
                Page.panel("New account", Page.row("fl-actions", name, role, create), roles()),
                Page.panel("Accounts", table));
        refresh();
    }

    private static Paragraph roles() {
        Paragraph roles = new Paragraph("A viewer sees everything and may HALT. An operator also kills and starts"
                + " workers and runs playbooks in the simulator. Chaos also freezes workers and runs playbooks live."
                + " An admin also manages accounts and reads the audit log.");
        roles.addClassNames("fl-question", "fl-prose");
        return roles;
    }

    private void refresh() {
        table.show(administration.accounts().stream().map(AccountsView::row).toList());
    }

    private static List<Object> row(Account a) {
        return List.of(
                a.name(),
                a.role().word(),
                !a.enabled()
                        ? new State("locked out", "⊘", "bad")
                        : a.mustChangePassword()
                                ? new State("one-time password", "○", "warn")
                                : new State("may sign in", "●", "ok"),
                Figures.moment(a.createdAt()),
                new Press("New password", "password " + a.name()),
                a.enabled() ? new Press("Lock out", "lock " + a.name()) : new Press("Let in", "open " + a.name()));
    }

    private void create() {
        tell(administration.create(name.getValue(), role.getValue()));
        name.clear();
    }

    private void press(String what) {
        String account = what.substring(what.indexOf(' ') + 1);
        if (what.startsWith("open ")) {
            tell(administration.setEnabled(account, true));
            return;
        }
        boolean locks = what.startsWith("lock ");
        ConfirmDialog dialog = new ConfirmDialog();
        dialog.setHeader(locks ? "Lock " + account + " out?" : "Give " + account + " a new password?");
        dialog.setText(
                locks
                        ? "The account can no longer sign in until you let it in again."
                        : "The old one stops working. The new one is shown once.");
        dialog.setCancelable(true);
        dialog.setConfirmText(locks ? "Lock out" : "New password");
        dialog.setConfirmButtonTheme("error primary");
        dialog.addConfirmListener(
                e -> tell(locks ? administration.setEnabled(account, false) : administration.resetPassword(account)));
        dialog.open();
    }

    private void tell(OperationOutcome outcome) {
        refresh();
        if (outcome instanceof OperationOutcome.Done(String message, String password) && !password.isEmpty()) {
            Pre once = new Pre(password);
            once.addClassName("fl-source");
            once.getElement().setAttribute("aria-label", "One-time password");
            ConfirmDialog dialog = new ConfirmDialog();
            dialog.setHeader(message);
            dialog.setText(once);
            dialog.setConfirmText("I have passed it on");
            dialog.open();
        } else {
            Notification.show(outcome.message(), NOTICE_MILLIS, Notification.Position.BOTTOM_CENTER);
        }
    }
}
