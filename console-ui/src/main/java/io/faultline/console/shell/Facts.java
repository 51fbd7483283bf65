package io.faultline.console.shell;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.Text;
import com.vaadin.flow.component.html.DescriptionList;
import com.vaadin.flow.component.html.Span;
import java.util.LinkedHashMap;
import java.util.Map;

/// Names and values below each other; a value is changed in place.
@Tag("dl")
public final class Facts extends DescriptionList {
    private final Map<String, Description> values = new LinkedHashMap<>();

    public Facts() {
        addClassName("fl-facts");
    }

    public Facts set(String name, String value) {
        return set(name, new Span(new Text(value)));
    }

    public Facts set(String name, Component value) {
        Description description = values.computeIfAbsent(name, n -> {
            Description fresh = new Description();
            add(new Term(n), fresh);
            return fresh;
        });
        description.removeAll();
        description.add(value);
        return this;
    }
}
