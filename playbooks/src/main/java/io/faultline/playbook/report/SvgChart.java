package io.faultline.playbook.report;

import io.faultline.playbook.expression.Decimal;
import io.faultline.playbook.report.PlaybookReport.ChartSeries;
import io.faultline.runtime.history.FaultView;
import java.util.List;

/// One series over time as inline SVG: a line with a step for each second, so that what happened within a second lies
/// on its step, the largest value, the first and last second of the run, and a vertical mark where a fault was injected
/// or ended. Colours come from the page's style sheet; shapes carry the
/// meaning too (a fault is a full line with a triangle, its end a broken line).
final class SvgChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 150;
    private static final int LEFT = 56;
    private static final int RIGHT = 8;
    private static final int TOP = 14;
    private static final int BOTTOM = 20;

    private final ChartSeries series;
    private final List<FaultView> faults;
    private final double largest;
    private final StringBuilder out = new StringBuilder();

    private SvgChart(ChartSeries series, List<FaultView> faults) {
        this.series = series;
        this.faults = faults;
        this.largest = Math.max(
                1e-9,
                series.values().stream()
                        .filter(v -> !v.isNaN())
                        .mapToDouble(v -> v)
                        .max()
                        .orElse(0));
    }

    static String render(ChartSeries series, List<FaultView> faults) {
        SvgChart chart = new SvgChart(series, faults);
        chart.draw();
        return chart.out.toString();
    }

    private void draw() {
        String title = Escape.markup(series.title() + " (" + series.unit() + ")");
        out.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT);
        out.append("\" role=\"img\" aria-label=\"").append(title).append(", largest ");
        out.append(Decimal.rounded(largest, 2)).append("\">");
        axes();
        faults.forEach(this::fault);
        for (int from = 0; from < series.values().size(); from++) {
            from = line(from);
        }
        out.append("</svg>");
    }

    private void axes() {
        int bottom = HEIGHT - BOTTOM;
        int right = WIDTH - RIGHT;
        out.append("<path class=\"axis\" d=\"M")
                .append(LEFT)
                .append(' ')
                .append(TOP)
                .append('V');
        out.append(bottom).append('H').append(right).append("\"/>");
        label(LEFT - 6, TOP + 8, "end", Decimal.rounded(largest, largest < 10 ? 2 : 0));
        label(LEFT - 6, bottom, "end", "0");
        label(LEFT, HEIGHT - 4, "start", "0 s");
        label(right, HEIGHT - 4, "end", series.values().size() + " s");
    }

    private void fault(FaultView fault) {
        mark(fault.injectedAtNanos(), "fault", fault.kind() + " " + fault.target());
        if (fault.recoveredAtNanos() >= 0) {
            mark(fault.recoveredAtNanos(), "healed", fault.kind() + " on " + fault.target() + " ended");
        }
    }

    private void mark(long atNanos, String kind, String words) {
        double second = atNanos / 1e9 - series.firstSecond();
        if (second < 0 || second > series.values().size()) {
            return;
        }
        String x = x(second);
        out.append("<g class=\"")
                .append(kind)
                .append("\"><title>")
                .append(Escape.markup(words))
                .append("</title>");
        out.append("<path d=\"M").append(x).append(' ').append(TOP).append('V').append(HEIGHT - BOTTOM);
        out.append("\"/>");
        if (kind.equals("fault")) {
            out.append("<path class=\"flag\" d=\"M").append(x).append(" 2l5 0l-5 10l-5 -10z\"/>");
        }
        out.append("</g>");
    }

    /// Draws the stretch without gaps that begins at `from`; returns the index after it.
    private int line(int from) {
        int at = from;
        StringBuilder points = new StringBuilder();
        for (; at < series.values().size() && !series.values().get(at).isNaN(); at++) {
            String y = y(series.values().get(at));
            points.append(at == from ? "" : " ").append(x(at)).append(',').append(y);
            points.append(' ').append(x(at + 1)).append(',').append(y);
        }
        if (at > from) {
            out.append("<polyline points=\"").append(points).append("\"/>");
        }
        return at;
    }

    private void label(int x, int y, String anchor, String text) {
        out.append("<text x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\" text-anchor=\"")
                .append(anchor);
        out.append("\">").append(text).append("</text>");
    }

    private String x(double second) {
        double seconds = Math.max(1, series.values().size());
        return Decimal.rounded(LEFT + (WIDTH - LEFT - RIGHT) * Math.min(1, second / seconds), 1);
    }

    private String y(double value) {
        double share = Math.max(0, value) / largest;
        return Decimal.rounded(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share, 1);
    }
}
