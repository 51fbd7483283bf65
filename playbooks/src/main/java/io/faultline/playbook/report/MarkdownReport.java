package io.faultline.playbook.report;

import io.faultline.playbook.model.Playbook.Table;
import io.faultline.playbook.probe.Unit;
import io.faultline.playbook.report.PlaybookReport.CheckLine;
import io.faultline.playbook.report.PlaybookReport.HypothesisLine;
import io.faultline.playbook.report.PlaybookReport.NamedText;
import io.faultline.playbook.report.PlaybookReport.OutcomeRow;
import io.faultline.playbook.report.PlaybookReport.StepLine;
import io.faultline.runtime.history.FaultView;
import java.util.List;

/// The report as Markdown with tables (GitHub's dialect).
final class MarkdownReport {
    private final PlaybookReport report;
    private final StringBuilder out = new StringBuilder();

    private MarkdownReport(PlaybookReport report) {
        this.report = report;
    }

    static String render(PlaybookReport report) {
        MarkdownReport markdown = new MarkdownReport(report);
        markdown.head();
        for (Table table : report.tables()) {
            switch (table) {
                case OUTCOME -> markdown.outcome();
                case EXPECTATIONS -> markdown.expectations();
                case HYPOTHESIS -> markdown.hypothesis();
                case TIMELINE -> markdown.timeline();
                case FAULTS -> markdown.faults();
            }
        }
        return markdown.out.toString();
    }

    private void head() {
        PlaybookReport.RunFacts run = report.run();
        line("# " + Escape.markdown(run.title()));
        line("");
        line("**" + report.verdict().word() + "** · `" + run.playbook() + "` · run `" + run.id() + "` · world "
                + Escape.markdown(run.world()) + " · seed " + run.seed() + " · by " + Escape.markdown(run.by()) + " · "
                + Unit.span(run.durationNanos()));
        line("");
        for (String reason : report.why()) {
            line("- " + Escape.markdown(reason));
        }
        if (!report.why().isEmpty()) {
            line("");
        }
        line(Escape.markdown(run.description()));
        line("");
        if (!run.parameters().isEmpty()) {
            table("Parameters", "Name", "Value");
            for (NamedText p : run.parameters()) {
                row(p.name(), p.text());
            }
            line("");
        }
    }

    private void outcome() {
        table("Outcome", "What", "Result", "Same in every world");
        for (OutcomeRow row : report.outcome()) {
            row(row.name(), row.text(), row.isComparable() ? "yes" : "no");
        }
        line("");
    }

    private void expectations() {
        checks("Expectations", report.expectations());
        checks("Nothing left broken", report.verification());
    }

    private void checks(String title, List<CheckLine> checks) {
        table(title, "What", "Measured", "Allowed", "Met");
        for (CheckLine c : checks) {
            row(
                    c.title().isEmpty() ? c.name() : c.title(),
                    c.measured().text(),
                    c.bound(),
                    c.isMet() ? "yes" : "**no**");
        }
        line("");
    }

    private void hypothesis() {
        table("Steady state", "Probe", "Allowed", "Before", "During", "Outside", "After");
        for (HypothesisLine h : report.hypothesis()) {
            row(
                    h.name(),
                    h.bound(),
                    h.before().text(),
                    h.during().text(),
                    h.misses() + " of " + h.evaluations() + (h.deviated() ? ", deviated" : ""),
                    h.after().text());
        }
        line("");
    }

    private void timeline() {
        table("Timeline", "At", "Took", "Phase", "Step", "Status", "Detail");
        for (StepLine s : report.steps()) {
            row(
                    Unit.span(s.startedAtNanos() - report.run().startedAtNanos()),
                    Unit.span(s.endedAtNanos() - s.startedAtNanos()),
                    s.phase(),
                    s.name(),
                    s.status(),
                    s.detail());
        }
        line("");
    }

    private void faults() {
        table("Faults", "Kind", "Target", "At", "Ended", "How");
        for (FaultView f : report.faults()) {
            long start = report.run().startedAtNanos();
            row(
                    f.kind(),
                    f.target(),
                    Unit.span(f.injectedAtNanos() - start),
                    f.recoveredAtNanos() < 0 ? "still active" : Unit.span(f.recoveredAtNanos() - start),
                    f.how());
        }
        line("");
    }

    private void table(String title, String... columns) {
        line("## " + title);
        line("");
        line("| " + String.join(" | ", columns) + " |");
        line("|" + " --- |".repeat(columns.length));
    }

    private void row(String... cells) {
        out.append('|');
        for (String cell : cells) {
            // The only Markdown of our own inside a cell is the emphasis on a "no".
            out.append(' ')
                    .append(cell.equals("**no**") ? cell : Escape.markdown(cell))
                    .append(" |");
        }
        out.append('\n');
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
