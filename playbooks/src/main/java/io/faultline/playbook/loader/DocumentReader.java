package io.faultline.playbook.loader;

import io.faultline.playbook.expression.Quoted;
import io.faultline.playbook.expression.ValueType;
import io.faultline.playbook.model.Drill;
import io.faultline.playbook.model.Parameter;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.model.Playbook.BlastRadius;
import io.faultline.playbook.model.Playbook.Chart;
import io.faultline.playbook.model.Playbook.ConfigurationValue;
import io.faultline.playbook.model.Playbook.Metadata;
import io.faultline.playbook.model.Playbook.ReportContents;
import io.faultline.playbook.model.Playbook.Requirements;
import io.faultline.playbook.model.Playbook.SteadyState;
import io.faultline.playbook.model.Playbook.Table;
import io.faultline.playbook.model.Playbook.WorldKind;
import io.faultline.playbook.model.ProbeCheck;
import io.faultline.playbook.model.Quantity;
import io.faultline.playbook.model.Step;
import io.faultline.runtime.event.NodeRole;
import java.util.ArrayList;
import java.util.List;

/// Reads a whole playbook, the declarations first: what comes later in the run may name what comes before.
final class DocumentReader {
    static final String API_VERSION = "faultline/v1";
    static final String KIND = "Playbook";
    private static final int TARGETS_MAX = 10_000;

    private final Problems problems;
    private final Vocabulary vocabulary = new Vocabulary();
    private final QuantityReader quantities;
    private final CheckReader checks;
    private final StepReader steps;

    DocumentReader(Problems problems) {
        this.problems = problems;
        this.quantities = new QuantityReader(vocabulary, problems);
        this.checks = new CheckReader(vocabulary, quantities, problems);
        this.steps = new StepReader(vocabulary, quantities, checks, problems);
    }

    /// The playbook; only to be used when there are no problems.
    List<Playbook> read(YamlNode root) {
        List<Playbook> read = new ArrayList<>();
        Fields.of(root, "the playbook", problems, fields -> read.add(document(fields)));
        return read;
    }

    private Playbook document(Fields fields) {
        constant(fields, "apiVersion", API_VERSION);
        constant(fields, "kind", KIND);
        Metadata metadata = metadata(fields);
        ParameterReader declarations = new ParameterReader(vocabulary, problems);
        List<Parameter> parameters = declarations.parameters(fields);
        List<ConfigurationValue> configuration = declarations.configuration(fields);
        vocabulary.declare(Playbook.POOL_AT_START, ValueType.NUMBER);
        Requirements requires = requires(fields);
        BlastRadius blastRadius = blastRadius(fields);
        SteadyState steadyState = steadyState(fields);
        List<ProbeCheck> abortConditions = checks.checks(fields, "abortConditions", false);
        List<Step> method = steps.steps(fields, "method", true);
        List<Step> rollbacks = steps.steps(fields, "rollbacks", false);
        List<ProbeCheck> verify = checks.checks(fields, "verify", false);
        List<ProbeCheck> expect = checks.checks(fields, "expect", true);
        Drill drill = new DrillReader(problems).drill(fields);
        return new Playbook(
                metadata,
                parameters,
                configuration,
                requires,
                blastRadius,
                steadyState,
                List.copyOf(method),
                List.copyOf(abortConditions),
                List.copyOf(rollbacks),
                List.copyOf(verify),
                List.copyOf(expect),
                report(fields),
                drill);
    }

    private void constant(Fields fields, String key, String wanted) {
        String given = fields.text(key, null, Limits.NAME_LENGTH_MAX);
        if (!given.isEmpty() && !given.equals(wanted)) {
            fields.wrong(key, key + " is " + Quoted.name(given) + "; this version reads " + wanted);
        }
    }

    private Metadata metadata(Fields parent) {
        List<Metadata> read = new ArrayList<>();
        parent.required("metadata")
                .ifPresent(node -> Fields.of(
                        node,
                        "metadata",
                        problems,
                        f -> read.add(new Metadata(
                                f.name("name", null),
                                f.text("title", null, Limits.TITLE_LENGTH_MAX),
                                f.text("description", "", Limits.TEXT_LENGTH_MAX),
                                f.texts("tags", Limits.NAME_LENGTH_MAX),
                                f.texts("requirements", Limits.NAME_LENGTH_MAX),
                                f.span("expectedDuration", 60 * Limits.SECOND, Limits.DAY_NANOS),
                                f.integer("difficulty", 1, 1, 5)))));
        return read.isEmpty() ? new Metadata("", "", "", List.of(), List.of(), 0, 1) : read.getFirst();
    }

    private Requirements requires(Fields parent) {
        List<Requirements> read = new ArrayList<>();
        parent.optional("requires")
                .ifPresent(node -> Fields.of(node, "requires", problems, f -> {
                    List<WorldKind> worlds = f.items("worlds", false, WorldKind.values().length).stream()
                            .map(item -> Fields.choiceOf(item, f.what("worlds"), WorldKind.values(), '-', problems))
                            .toList();
                    read.add(new Requirements(
                            worlds.isEmpty() ? List.of(WorldKind.values()) : worlds,
                            f.choice("role", NodeRole.values(), '-', NodeRole.DECODE),
                            quantities.count(f, "minWorkers", 1, 0, TARGETS_MAX)));
                }));
        return read.isEmpty()
                ? new Requirements(
                        List.of(WorldKind.values()), NodeRole.DECODE, Quantity.ofNumber("minWorkers of requires", 1))
                : read.getFirst();
    }

    private BlastRadius blastRadius(Fields parent) {
        List<BlastRadius> read = new ArrayList<>();
        parent.optional("blastRadius")
                .ifPresent(node -> Fields.of(
                        node,
                        "blastRadius",
                        problems,
                        f -> read.add(new BlastRadius(
                                quantities.count(f, "maxTargets", 1, 0, TARGETS_MAX),
                                quantities.percent(f, "maxPercentOfPool", 50)))));
        return read.isEmpty()
                ? new BlastRadius(
                        Quantity.ofNumber("maxTargets of blastRadius", 1),
                        Quantity.ofNumber("maxPercentOfPool of blastRadius", 50))
                : read.getFirst();
    }

    private SteadyState steadyState(Fields parent) {
        List<SteadyState> read = new ArrayList<>();
        parent.required("steady-state-hypothesis")
                .ifPresent(node -> Fields.of(
                        node,
                        "steady-state-hypothesis",
                        problems,
                        f -> read.add(new SteadyState(
                                f.text("title", null, Limits.TITLE_LENGTH_MAX),
                                List.copyOf(checks.checks(f, "probes", true))))));
        return read.isEmpty() ? new SteadyState("", List.of()) : read.getFirst();
    }

    private ReportContents report(Fields parent) {
        List<ReportContents> read = new ArrayList<>();
        parent.optional("report")
                .ifPresent(node -> Fields.of(node, "report", problems, f -> {
                    boolean namesCharts = f.has("charts");
                    boolean namesTables = f.has("tables");
                    List<Chart> charts = f.items("charts", false, Chart.values().length).stream()
                            .map(item -> Fields.choiceOf(item, f.what("charts"), Chart.values(), '-', problems))
                            .toList();
                    List<Table> tables = f.items("tables", false, Table.values().length).stream()
                            .map(item -> Fields.choiceOf(item, f.what("tables"), Table.values(), '-', problems))
                            .toList();
                    read.add(new ReportContents(
                            namesCharts ? charts : List.of(Chart.values()),
                            namesTables ? tables : List.of(Table.values())));
                }));
        return read.isEmpty() ? new ReportContents(List.of(Chart.values()), List.of(Table.values())) : read.getFirst();
    }
}
