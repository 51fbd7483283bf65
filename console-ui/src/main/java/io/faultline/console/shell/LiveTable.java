package io.faultline.console.shell;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.Text;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.dom.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A short table whose rows are replaced only when they changed, so that an unchanged page sends nothing. For long
/// lists there is the grid.
@Tag("div")
public final class LiveTable extends Div {
    private final Element body = new Element("tbody");
    private final Element table = new Element("table");
    private final Paragraph empty;
    private List<List<Object>> shown = List.of();
    private boolean first = true;
    private Consumer<String> pressed = id -> {};

    public LiveTable(String whenEmpty, String... columns) {
        addClassName("fl-scroll");
        // Wider than a small screen: it can be scrolled by keyboard too.
        getElement().setAttribute("tabindex", "0");
        getElement().setAttribute("role", "group");
        getElement().setAttribute("aria-label", "Table of " + String.join(", ", columns));
        empty = Page.empty(whenEmpty);
        table.getClassList().add("fl-table");
        Element head = new Element("tr");
        for (String column : columns) {
            if (column.isBlank()) {
                throw new IllegalArgumentException("a column must have a name, which a screen reader says");
            }
            Element th = new Element("th");
            th.setAttribute("scope", "col");
            th.setText(column);
            head.appendChild(th);
        }
        Element thead = new Element("thead");
        thead.appendChild(head);
        table.appendChild(thead, body);
        getElement().appendChild(table);
        add(empty);
    }

    /// A cell that leads somewhere.
    public record Link(String href, String text) {}

    /// A cell with a button; `id` is told to [#onPress].
    public record Press(String label, String id) {}

    /// A cell with a state in it.
    public record State(String word, String mark, String tone) {}

    /// Who is told when a [Press] is pressed.
    public void onPress(Consumer<String> listener) {
        pressed = listener;
    }

    /// @param rows of strings, [Link]s, [Press]es and [State]s
    public void show(List<List<Object>> rows) {
        if (rows.equals(shown) && !first) {
            return;
        }
        first = false;
        empty.setVisible(rows.isEmpty());
        table.setVisible(!rows.isEmpty());
        for (int i = 0; i < rows.size(); i++) {
            boolean fresh = i >= shown.size();
            if (fresh) {
                body.appendChild(row(rows.get(i)));
            } else if (!rows.get(i).equals(shown.get(i))) {
                body.setChild(i, row(rows.get(i)));
            }
        }
        while (body.getChildCount() > rows.size()) {
            body.removeChild(body.getChildCount() - 1);
        }
        shown = new ArrayList<>(rows);
    }

    private Element row(List<Object> cells) {
        Element tr = new Element("tr");
        for (Object cell : cells) {
            Element td = new Element("td");
            td.appendChild(content(cell).getElement());
            tr.appendChild(td);
        }
        return tr;
    }

    private Component content(Object cell) {
        return switch (cell) {
            case Link(String href, String text) -> {
                com.vaadin.flow.component.html.Anchor link = new com.vaadin.flow.component.html.Anchor(href, text);
                link.addClassName("fl-link");
                link.setRouterIgnore(false);
                yield link;
            }
            case Press(String label, String id) -> {
                Button button = new Button(label, e -> pressed.accept(id));
                button.addThemeVariants(ButtonVariant.LUMO_SMALL);
                button.addClassName("fl-small");
                yield button;
            }
            case State(String word, String mark, String tone) -> Badges.badge(word, mark, tone);
            default -> new Span(new Text(cell.toString()));
        };
    }
}
