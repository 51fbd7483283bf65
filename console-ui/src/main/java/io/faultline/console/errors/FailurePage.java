package io.faultline.console.errors;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import io.faultline.console.shell.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Something of ours failed: a number to quote, and what still works. The trace goes to the log.
@PageTitle("Error · Faultline")
@AnonymousAllowed
public final class FailurePage extends Main implements HasErrorParameter<Exception> {
    private static final Logger LOG = LoggerFactory.getLogger(FailurePage.class);

    public FailurePage() {
        addClassName("fl-page");
    }

    @Override
    public int setErrorParameter(BeforeEnterEvent event, ErrorParameter<Exception> parameter) {
        String number = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("page {} failed, error {}", event.getLocation().getPath(), number, parameter.getException());
        Anchor home = new Anchor("", "Go to the overview");
        home.addClassName("fl-link");
        removeAll();
        add(
                Page.head("This page failed", "The cluster goes on; only this view could not be made."),
                Page.panel(
                        "What to do",
                        new Paragraph("Try again, or look elsewhere. If it stays, report error " + number
                                + " with the console's log."),
                        home));
        return HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
    }
}
