package io.faultline.playbook.report;

import io.faultline.playbook.probe.Words;
import io.faultline.playbook.report.PlaybookReport.ChartSeries;
import io.faultline.playbook.report.PlaybookReport.CheckLine;
import io.faultline.playbook.report.PlaybookReport.HypothesisLine;
import io.faultline.playbook.report.PlaybookReport.NamedText;
import io.faultline.playbook.report.PlaybookReport.OutcomeRow;
import io.faultline.playbook.report.PlaybookReport.StepLine;
import io.faultline.runtime.history.FaultView;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The report as JSON. Times are whole nanoseconds; a figure without data is null. The names are part of the
/// interface: `schema` counts up when one of them changes its meaning.
final class JsonReport {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private JsonReport() {}

    static String render(PlaybookReport report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schema", "faultline/report/v1");
        run(root.putObject("run"), report.run());
        root.put("verdict", report.verdict().word());
        texts(root.putArray("why"), report.why());
        outcome(root.putArray("outcome"), report.outcome());
        checks(root.putArray("expectations"), report.expectations());
        checks(root.putArray("verification"), report.verification());
        hypothesis(root.putArray("hypothesis"), report.hypothesis());
        steps(root.putArray("steps"), report.steps());
        faults(root.putArray("faults"), report.faults());
        charts(root.putArray("charts"), report.charts());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void run(ObjectNode to, PlaybookReport.RunFacts run) {
        to.put("id", run.id());
        to.put("playbook", run.playbook());
        to.put("title", run.title());
        to.put("description", run.description());
        texts(to.putArray("requirements"), run.requirements());
        to.put("by", run.by());
        to.put("world", run.world());
        to.put("seed", run.seed());
        ObjectNode parameters = to.putObject("parameters");
        for (NamedText p : run.parameters()) {
            parameters.put(p.name(), p.text());
        }
        to.put("startedAtNanos", run.startedAtNanos());
        to.put("endedAtNanos", run.endedAtNanos());
    }

    private static void outcome(ArrayNode to, List<OutcomeRow> rows) {
        for (OutcomeRow row : rows) {
            to.addObject().put("name", row.name()).put("text", row.text()).put("comparable", row.isComparable());
        }
    }

    private static void checks(ArrayNode to, List<CheckLine> checks) {
        for (CheckLine c : checks) {
            ObjectNode node = to.addObject();
            node.put("name", c.name());
            node.put("title", c.title());
            node.put("probe", c.probe());
            figure(node, "measured", c.measured());
            node.put("unit", Words.of(c.measured().unit(), '-'));
            node.put("bound", c.bound());
            node.put("met", c.isMet());
        }
    }

    private static void hypothesis(ArrayNode to, List<HypothesisLine> lines) {
        for (HypothesisLine h : lines) {
            ObjectNode node = to.addObject();
            node.put("name", h.name());
            node.put("bound", h.bound());
            node.put("unit", Words.of(h.before().unit(), '-'));
            figure(node, "before", h.before());
            figure(node, "during", h.during());
            node.put("evaluations", h.evaluations());
            node.put("misses", h.misses());
            node.put("deviated", h.deviated());
            figure(node, "after", h.after());
            node.put("metAfter", h.isMetAfter());
        }
    }

    private static void steps(ArrayNode to, List<StepLine> steps) {
        for (StepLine s : steps) {
            ObjectNode node = to.addObject();
            node.put("phase", s.phase());
            node.put("name", s.name());
            node.put("type", s.type());
            node.put("status", s.status());
            node.put("detail", s.detail());
            node.put("startedAtNanos", s.startedAtNanos());
            node.put("endedAtNanos", s.endedAtNanos());
        }
    }

    private static void faults(ArrayNode to, List<FaultView> faults) {
        for (FaultView f : faults) {
            ObjectNode node = to.addObject();
            node.put("id", f.id());
            node.put("kind", f.kind());
            node.put("target", f.target());
            node.put("by", f.by());
            node.put("injectedAtNanos", f.injectedAtNanos());
            if (f.recoveredAtNanos() < 0) {
                node.putNull("recoveredAtNanos");
            } else {
                node.put("recoveredAtNanos", f.recoveredAtNanos());
            }
            node.put("how", f.how());
        }
    }

    private static void charts(ArrayNode to, List<ChartSeries> charts) {
        for (ChartSeries c : charts) {
            ObjectNode node = to.addObject();
            node.put("chart", Words.of(c.chart(), '-'));
            node.put("title", c.title());
            node.put("unit", c.unit());
            node.put("firstSecond", c.firstSecond());
            ArrayNode values = node.putArray("values");
            for (double value : c.values()) {
                if (Double.isNaN(value)) {
                    values.addNull();
                } else {
                    values.add(value);
                }
            }
        }
    }

    private static void figure(ObjectNode to, String name, Measurement measurement) {
        if (measurement.isPresent()) {
            to.put(name, measurement.figure());
        } else {
            to.putNull(name);
        }
    }

    private static void texts(ArrayNode to, List<String> texts) {
        texts.forEach(to::add);
    }
}
