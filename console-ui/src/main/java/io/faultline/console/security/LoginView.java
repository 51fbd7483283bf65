package io.faultline.console.security;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.login.LoginForm;
import com.vaadin.flow.component.login.LoginI18n;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.server.auth.AnonymousAllowed;

/// Sign-in page.
@Route(value = "login", autoLayout = false)
@PageTitle("Sign in · Faultline")
@AnonymousAllowed
public final class LoginView extends Main implements BeforeEnterObserver {
    private final LoginForm form = new LoginForm();

    public LoginView() {
        addClassName("fl-login");
        LoginI18n words = LoginI18n.createDefault();
        words.getForm().setTitle("Sign in");
        words.getForm().setSubmit("Sign in");
        words.getErrorMessage().setTitle("Sign-in failed");
        words.getErrorMessage().setMessage("Wrong name or password, or too many attempts. Wait, then retry.");
        form.setI18n(words);
        form.setAction("login");
        form.setForgotPasswordButtonVisible(false);
        Paragraph hint =
                new Paragraph("At the first start, the password of admin is printed where Faultline was started.");
        hint.addClassName("fl-question");
        add(new Div(new H1("Faultline"), form, hint));
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        form.setError(event.getLocation().getQueryParameters().getParameters().containsKey("error"));
    }
}
