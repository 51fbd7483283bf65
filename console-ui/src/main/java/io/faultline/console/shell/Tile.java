package io.faultline.console.shell;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.faultline.console.chart.Chart;
import io.faultline.console.chart.Chart.Table;
import java.util.List;
import java.util.Map;

/// One promise: its value, whether it is kept, and its last minutes.
public final class Tile extends Div {
    private final Span value = new Span();
    private final Span state = new Span();
    private final Chart spark;

    public Tile(String label, String unit) {
        addClassNames("fl-panel", "fl-tile");
        Span name = new Span(label);
        name.addClassName("label");
        value.addClassName("value");
        Span units = new Span(unit);
        units.addClassName("unit");
        state.addClassNames("state", "fl-badge");
        spark = new Chart("spark", label + ", last minutes");
        add(name, new Div(value, units), state, spark);
    }

    /// @param mark a sign beside the word, for those who see no colour
    /// @param tone `ok`, `warn`, `bad` or `plain`
    /// @param points of the small picture; none = no picture
    public void show(String text, String word, String mark, String tone, List<double[]> points) {
        value.setText(text);
        state.setText(word);
        state.getElement().setAttribute("data-mark", mark);
        state.setClassName("state fl-badge fl-" + tone);
        spark.setVisible(!points.isEmpty());
        spark.show(
                Map.of("points", points, "colour", tone.equals("bad") || tone.equals("warn") ? tone : "accent"),
                Table.empty());
    }
}
