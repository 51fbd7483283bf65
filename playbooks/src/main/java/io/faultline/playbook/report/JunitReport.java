package io.faultline.playbook.report;

import io.faultline.playbook.expression.Decimal;
import io.faultline.playbook.report.PlaybookReport.CheckLine;
import io.faultline.playbook.report.PlaybookReport.HypothesisLine;
import io.faultline.playbook.report.PlaybookReport.NamedText;
import io.faultline.playbook.report.PlaybookReport.StepLine;
import java.util.ArrayList;
import java.util.List;

/// The report as JUnit XML, for build servers: a test case for each step, probe of the hypothesis, expectation and
/// proof, and one for the verdict itself, so that a run that did not pass never shows as green.
final class JunitReport {
    private final PlaybookReport report;
    private final List<Case> cases = new ArrayList<>();

    private JunitReport(PlaybookReport report) {
        this.report = report;
    }

    /// @param failure what went wrong; empty when nothing did
    private record Case(String group, String name, long nanos, String failure, boolean isSkipped) {}

    static String render(PlaybookReport report) {
        JunitReport junit = new JunitReport(report);
        junit.collect();
        return junit.write();
    }

    private void collect() {
        for (StepLine s : report.steps()) {
            long nanos = s.endedAtNanos() - s.startedAtNanos();
            String failure = s.status().equals("failed") ? "failed: " + s.detail() : "";
            cases.add(new Case(s.phase(), s.name(), nanos, failure, s.status().equals("skipped")));
        }
        for (HypothesisLine h : report.hypothesis()) {
            if (h.evaluations() == 0) {
                // The method never began; the verdict says why.
                continue;
            }
            String failure = h.deviated()
                    ? "deviated to " + h.during().text() + ", allowed " + h.bound()
                    : h.isMetAfter() ? "" : "afterwards " + h.after().text() + ", allowed " + h.bound();
            cases.add(new Case("hypothesis", h.name(), 0, failure, false));
        }
        report.expectations().forEach(c -> check("expectation", c));
        report.verification().forEach(c -> check("verification", c));
        String failure = report.verdict() == Verdict.PASSED
                ? ""
                : report.verdict().word() + ": " + String.join("; ", report.why());
        cases.add(new Case("run", "verdict", report.run().durationNanos(), failure, false));
    }

    private void check(String group, CheckLine c) {
        String failure = c.isMet() ? "" : "measured " + c.measured().text() + ", allowed " + c.bound();
        cases.add(new Case(group, c.name(), 0, failure, false));
    }

    private String write() {
        PlaybookReport.RunFacts run = report.run();
        StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.append("<testsuite").append(attribute("name", "playbook " + run.playbook()));
        out.append(attribute("tests", Integer.toString(cases.size())));
        out.append(attribute("failures", count(false))).append(attribute("errors", "0"));
        out.append(attribute("skipped", count(true))).append(attribute("time", seconds(run.durationNanos())));
        out.append(">\n  <properties>\n");
        property(out, "run", run.id());
        property(out, "world", run.world());
        property(out, "seed", Long.toString(run.seed()));
        property(out, "by", run.by());
        for (NamedText p : run.parameters()) {
            property(out, "parameter." + p.name(), p.text());
        }
        out.append("  </properties>\n");
        cases.forEach(c -> testCase(out, c));
        return out.append("</testsuite>\n").toString();
    }

    private void testCase(StringBuilder out, Case c) {
        out.append("  <testcase").append(attribute("classname", report.run().playbook() + "." + c.group));
        out.append(attribute("name", c.name)).append(attribute("time", seconds(c.nanos)));
        if (c.isSkipped) {
            out.append("><skipped/></testcase>\n");
        } else if (c.failure.isEmpty()) {
            out.append("/>\n");
        } else {
            out.append("><failure").append(attribute("message", c.failure)).append("/></testcase>\n");
        }
    }

    private static void property(StringBuilder out, String name, String value) {
        out.append("    <property")
                .append(attribute("name", name))
                .append(attribute("value", value))
                .append("/>\n");
    }

    private String count(boolean skipped) {
        return Long.toString(cases.stream()
                .filter(c -> skipped ? c.isSkipped : !c.failure.isEmpty())
                .count());
    }

    private static String attribute(String name, String value) {
        return " " + name + "=\"" + Escape.markup(value) + "\"";
    }

    private static String seconds(long nanos) {
        return Decimal.rounded(nanos / 1e9, 3);
    }
}
