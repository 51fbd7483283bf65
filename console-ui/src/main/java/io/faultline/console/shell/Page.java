package io.faultline.console.shell;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;

/// The parts that every view is laid out from.
public final class Page {
    private Page() {}

    /// A view's title and the operator's question that it answers.
    public static Div head(String title, String question, Component... aside) {
        Paragraph asked = new Paragraph(question);
        asked.addClassName("fl-question");
        Div words = new Div(new H1(title), asked);
        Div actions = new Div(aside);
        actions.addClassName("fl-actions");
        Div head = new Div(words, actions);
        head.addClassName("fl-head");
        return head;
    }

    public static Section panel(String title, Component... content) {
        H2 heading = new H2(title);
        Section panel = new Section(heading);
        panel.add(content);
        panel.addClassName("fl-panel");
        panel.getElement().setAttribute("aria-label", title);
        return panel;
    }

    public static Div row(String className, Component... content) {
        Div row = new Div(content);
        row.addClassName(className);
        return row;
    }

    public static Paragraph empty(String why) {
        Paragraph text = new Paragraph(why);
        text.addClassName("fl-empty");
        return text;
    }
}
