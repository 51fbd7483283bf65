package io.faultline.console.errors;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.AccessDeniedException;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.ParentLayout;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import io.faultline.console.shell.MainLayout;
import io.faultline.console.shell.Page;
import jakarta.servlet.http.HttpServletResponse;

/// The account has no right to see this: what to do, and nothing about what is there.
@PageTitle("Not allowed · Faultline")
@ParentLayout(MainLayout.class)
@AnonymousAllowed
public final class DeniedPage extends Main implements HasErrorParameter<AccessDeniedException> {
    public DeniedPage() {
        addClassName("fl-page");
        Anchor home = new Anchor("", "Go to the overview");
        home.addClassName("fl-link");
        add(
                Page.head("Not allowed", "This page is for another role than yours."),
                Page.panel(
                        "What to do",
                        new Paragraph("Ask somebody with the role admin to give your account the role that it needs."),
                        home));
    }

    @Override
    public int setErrorParameter(BeforeEnterEvent event, ErrorParameter<AccessDeniedException> parameter) {
        return HttpServletResponse.SC_FORBIDDEN;
    }
}
