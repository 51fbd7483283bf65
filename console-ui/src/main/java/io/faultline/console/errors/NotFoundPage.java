package io.faultline.console.errors;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.ParentLayout;
import io.faultline.console.shell.MainLayout;
import io.faultline.console.shell.Page;
import jakarta.annotation.security.PermitAll;
import jakarta.servlet.http.HttpServletResponse;

/// What was looked for is not here.
@ParentLayout(MainLayout.class)
@PageTitle("Not found · Faultline")
@PermitAll
public final class NotFoundPage extends Main implements HasErrorParameter<NotFoundException> {
    public NotFoundPage() {
        addClassName("fl-page");
    }

    @Override
    public int setErrorParameter(BeforeEnterEvent event, ErrorParameter<NotFoundException> parameter) {
        String message = parameter.getCustomMessage().isEmpty()
                ? String.valueOf(parameter.getException().getMessage())
                : parameter.getCustomMessage();
        boolean ours = message.startsWith("There is no ") || message.startsWith("No request ");
        Anchor home = new Anchor("", "Go to the overview");
        home.addClassName("fl-link");
        removeAll();
        add(
                Page.head("Not found", "The address leads nowhere."),
                Page.panel(
                        "What to do",
                        new Paragraph(
                                ours
                                        ? message
                                        : "There is no page at '"
                                                + event.getLocation().getPath() + "'."),
                        home));
        return HttpServletResponse.SC_NOT_FOUND;
    }
}
