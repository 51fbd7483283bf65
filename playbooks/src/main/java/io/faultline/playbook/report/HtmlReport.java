package io.faultline.playbook.report;

import io.faultline.playbook.expression.Decimal;
import io.faultline.playbook.model.Playbook.Table;
import io.faultline.playbook.probe.Unit;
import io.faultline.playbook.report.PlaybookReport.ChartSeries;
import io.faultline.playbook.report.PlaybookReport.CheckLine;
import io.faultline.playbook.report.PlaybookReport.HypothesisLine;
import io.faultline.playbook.report.PlaybookReport.NamedText;
import io.faultline.playbook.report.PlaybookReport.OutcomeRow;
import io.faultline.playbook.report.PlaybookReport.StepLine;
import io.faultline.runtime.history.FaultView;
import java.util.List;

/// The report as one HTML page that needs nothing else: no script, no font, no picture is loaded. Light or dark as
/// the reader's system is; every chart has its numbers in a table beside it.
final class HtmlReport {
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1a2230;--soft:#5b6779;--page:#fff;--card:#f4f6f9;--edge:#d5dbe4;
            --good:#0b6b3a;--bad:#a3161f;--line:#0b5cad;--fault:#b3480a}
            @media(prefers-color-scheme:dark){:root{--ink:#e7ecf3;--soft:#a2aebf;--page:#12161d;--card:#1b212b;
            --edge:#364152;--good:#6fd39b;--bad:#ff9aa0;--line:#7db8f7;--fault:#ffb37a}}
            *{box-sizing:border-box}
            body{margin:0 auto;max-width:60rem;padding:2rem 1rem;background:var(--page);color:var(--ink);
            font:1rem/1.5 system-ui,sans-serif}
            h1{font-size:1.6rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
            p{margin:.5rem 0}.facts{color:var(--soft)}
            .verdict{display:inline-block;padding:.1rem .7rem;border:2px solid;border-radius:1rem;font-weight:600}
            .good{color:var(--good)}.bad{color:var(--bad)}
            .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
            th,td{padding:.3rem .6rem;border-bottom:1px solid var(--edge);text-align:left;vertical-align:top;
            overflow-wrap:anywhere}.time,th{white-space:nowrap}th{color:var(--soft);font-weight:600}
            figure{margin:1rem 0;padding:.75rem;background:var(--card);border-radius:.5rem}
            figcaption{font-weight:600}svg{display:block;width:100%;height:auto}
            svg text{fill:var(--soft);font-size:11px}svg polyline{fill:none;stroke:var(--line);stroke-width:2}
            svg .axis{fill:none;stroke:var(--edge)}
            svg .fault path{stroke:var(--fault)}svg .fault .flag{fill:var(--fault);stroke:none}
            svg .healed path{stroke:var(--good);stroke-dasharray:4 3}
            details{margin-top:.5rem;color:var(--soft)}
            """;

    private final PlaybookReport report;
    private final StringBuilder out = new StringBuilder(16_384);

    private HtmlReport(PlaybookReport report) {
        this.report = report;
    }

    static String render(PlaybookReport report) {
        HtmlReport html = new HtmlReport(report);
        html.head();
        for (Table table : report.tables()) {
            switch (table) {
                case OUTCOME -> {
                    html.outcome();
                    html.charts();
                }
                case EXPECTATIONS -> html.expectations();
                case HYPOTHESIS -> html.hypothesis();
                case TIMELINE -> html.timeline();
                case FAULTS -> html.faults();
            }
        }
        if (!report.shows(Table.OUTCOME)) {
            html.charts();
        }
        return html.out.append("</main></body></html>\n").toString();
    }

    private void head() {
        PlaybookReport.RunFacts run = report.run();
        out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        out.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
        out.append("style-src 'unsafe-inline'\"><title>").append(Escape.markup(run.title()));
        out.append(" · ")
                .append(report.verdict().word())
                .append("</title><style>\n")
                .append(STYLE);
        out.append("</style></head>\n<body><main>\n");
        element("h1", Escape.markup(run.title()));
        String colour = report.verdict() == Verdict.PASSED ? "good" : "bad";
        String sign = report.verdict() == Verdict.PASSED ? "✓ " : "✗ ";
        out.append("<p><span class=\"verdict ").append(colour).append("\">").append(sign);
        out.append(report.verdict().word()).append("</span></p>\n<p class=\"facts\">");
        out.append(Escape.markup("Playbook " + run.playbook() + " · run " + run.id() + " · " + run.world()
                + " world · seed " + run.seed() + " · by " + run.by() + " · "
                + Unit.span(run.durationNanos())));
        out.append("</p>\n");
        report.why().forEach(reason -> element("p", Escape.markup(reason)));
        if (!run.description().isEmpty()) {
            element("p", Escape.markup(run.description()));
        }
        if (!run.parameters().isEmpty()) {
            table("Parameters", "Name", "Value");
            for (NamedText p : run.parameters()) {
                row(p.name(), p.text());
            }
            endTable();
        }
    }

    private void outcome() {
        table("Outcome", "What", "Result", "Same in every world");
        for (OutcomeRow row : report.outcome()) {
            row(row.name(), row.text(), row.isComparable() ? "yes" : "no");
        }
        endTable();
    }

    private void expectations() {
        checks("Expectations", report.expectations());
        checks("Nothing left broken", report.verification());
    }

    private void checks(String title, List<CheckLine> checks) {
        table(title, "What", "Measured", "Allowed", "Met");
        for (CheckLine c : checks) {
            beginRow();
            cell("", c.title().isEmpty() ? c.name() : c.title());
            cell("", c.measured().text());
            cell("", c.bound());
            cell(c.isMet() ? "good" : "bad", c.isMet() ? "✓ yes" : "✗ no");
            endRow();
        }
        endTable();
    }

    private void hypothesis() {
        table("Steady state", "Probe", "Allowed", "Before", "During", "Outside", "After");
        for (HypothesisLine h : report.hypothesis()) {
            beginRow();
            cell("", h.name());
            cell("", h.bound());
            cell("", h.before().text());
            cell(h.deviated() ? "bad" : "", h.during().text());
            cell(h.deviated() ? "bad" : "", h.misses() + " of " + h.evaluations() + (h.deviated() ? " ✗" : ""));
            cell(h.isMetAfter() ? "good" : "bad", h.after().text() + (h.isMetAfter() ? " ✓" : " ✗"));
            endRow();
        }
        endTable();
    }

    private void timeline() {
        table("Timeline", "At", "Took", "Phase", "Step", "Status", "Detail");
        long start = report.run().startedAtNanos();
        for (StepLine s : report.steps()) {
            beginRow();
            cell("time", Unit.span(s.startedAtNanos() - start));
            cell("time", Unit.span(s.endedAtNanos() - s.startedAtNanos()));
            cell("", s.phase());
            cell("", s.name());
            cell(s.status().equals("failed") ? "bad" : s.status().equals("passed") ? "good" : "", s.status());
            cell("", s.detail());
            endRow();
        }
        endTable();
    }

    private void faults() {
        table("Faults", "Kind", "Target", "At", "Ended", "How");
        long start = report.run().startedAtNanos();
        for (FaultView f : report.faults()) {
            row(
                    f.kind(),
                    f.target(),
                    Unit.span(f.injectedAtNanos() - start),
                    f.recoveredAtNanos() < 0 ? "still active" : Unit.span(f.recoveredAtNanos() - start),
                    f.how());
        }
        endTable();
    }

    private void charts() {
        for (ChartSeries series : report.charts()) {
            String title = Escape.markup(series.title() + " (" + series.unit() + ")");
            out.append("<figure><figcaption>").append(title).append("</figcaption>");
            out.append(SvgChart.render(series, report.faults()));
            out.append("<details><summary>Numbers</summary><table><tr><th>Second</th><th>");
            out.append(title).append("</th></tr>");
            for (int i = 0; i < series.values().size(); i++) {
                double value = series.values().get(i);
                row(Integer.toString(i), Double.isNaN(value) ? "no data" : Decimal.rounded(value, 3));
            }
            out.append("</table></details></figure>\n");
        }
    }

    private void table(String title, String... columns) {
        element("h2", Escape.markup(title));
        out.append("<div class=\"wide\"><table><tr>");
        for (String column : columns) {
            out.append("<th scope=\"col\">").append(Escape.markup(column)).append("</th>");
        }
        out.append("</tr>\n");
    }

    private void endTable() {
        out.append("</table></div>\n");
    }

    private void row(String... cells) {
        beginRow();
        for (String cell : cells) {
            cell("", cell);
        }
        endRow();
    }

    private void beginRow() {
        out.append("<tr>");
    }

    private void endRow() {
        out.append("</tr>\n");
    }

    private void cell(String colour, String text) {
        out.append(colour.isEmpty() ? "<td>" : "<td class=\"" + colour + "\">");
        out.append(Escape.markup(text)).append("</td>");
    }

    /// @param inside markup, escaped already
    private void element(String tag, String inside) {
        out.append('<')
                .append(tag)
                .append('>')
                .append(inside)
                .append("</")
                .append(tag)
                .append(">\n");
    }
}
