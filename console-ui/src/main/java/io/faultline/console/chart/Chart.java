package io.faultline.console.chart;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasSize;
import com.vaadin.flow.component.HasStyle;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.page.PendingJavaScriptResult;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A picture: plain data goes to the browser, which decides how it looks. What is unchanged is not sent again, and
/// the server keeps a copy of the text last sent and of nothing else.
@Tag("fl-chart")
public final class Chart extends Component implements HasSize, HasStyle {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String kind;
    private String sent = "";
    private @Nullable PendingJavaScriptResult unsent;
    private @Nullable Object data;
    private @Nullable Table table;

    /// @param kind topology, lines, scatter, spark, sankey, bars, journey or health
    /// @param label what a screen reader says it is
    public Chart(String kind, String label) {
        this.kind = kind;
        getElement().setAttribute("role", "group");
        getElement().setAttribute("aria-label", label);
        if (!kind.equals("spark")) {
            getElement().setAttribute("twin", "");
        }
    }

    /// The same numbers as a table.
    public record Table(List<String> columns, List<List<String>> rows) {
        public static Table empty() {
            return new Table(List.of(), List.of());
        }
    }

    /// Shows new data in place of the old. `data` is anything that becomes JSON.
    public void show(Object newData, Table newTable) {
        data = newData;
        table = newTable;
        send(false);
    }

    /// Tells the id of a clicked thing.
    public void onSelect(Consumer<String> listener) {
        getElement()
                .addEventListener(
                        "chart-select",
                        e -> listener.accept(
                                e.getEventData().get("event.detail.id").asString()))
                .addEventData("event.detail.id");
    }

    @Override
    protected void onAttach(AttachEvent attached) {
        attached.getUI().getPage().addJavaScript("context://vendor/echarts/echarts.min.js");
        attached.getUI().getPage().addJavaScript("context://console/fl-topology.js");
        attached.getUI().getPage().addJavaScript("context://console/fl-chart.js");
        send(true);
    }

    private void send(boolean always) {
        if (data == null || table == null || !isAttached()) {
            return;
        }
        String text = JSON.writeValueAsString(Map.of("data", data, "table", table));
        if (always || !text.equals(sent)) {
            sent = text;
            // What the browser has not been sent yet is replaced, so that a page that does not read costs one picture.
            if (unsent != null) {
                unsent.cancelExecution();
            }
            // The element may not be defined yet when the first data comes.
            unsent = getElement()
                    .executeJs(
                            "const m = JSON.parse($1);"
                                    + "customElements.whenDefined('fl-chart').then(() => this.show($0, m.data, m.table));",
                            kind,
                            text);
        }
    }
}
