package io.faultline.playbook.run;

import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Parameter;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.model.Playbook.Metadata;
import io.faultline.playbook.model.Step;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.PlaybookReport.CheckLine;
import io.faultline.playbook.report.PlaybookReport.NamedText;
import io.faultline.playbook.report.PlaybookReport.OutcomeRow;
import io.faultline.playbook.report.PlaybookReport.RunFacts;
import io.faultline.playbook.run.Checks.Reading;
import io.faultline.runtime.history.FaultView;
import io.faultline.runtime.world.LoadControl.LoadTally;
import java.util.List;

/// Writes the report of a run that has just ended, from what the run noted and from the history.
final class ReportBuilder {
    private final RunContext context;
    private final HypothesisWatch hypothesis;
    private final Judgement judgement;
    private final Closing closing;

    ReportBuilder(RunContext context, HypothesisWatch hypothesis, Judgement judgement, Closing closing) {
        this.context = context;
        this.hypothesis = hypothesis;
        this.judgement = judgement;
        this.closing = closing;
    }

    PlaybookReport build(Observation end, long startedAtNanos) {
        Playbook playbook = context.playbook();
        List<FaultView> faults = ownFaults();
        RunFacts facts = facts(startedAtNanos, end.nowNanos());
        return new PlaybookReport(
                facts,
                judgement.verdict(),
                judgement.reasons(),
                context.journal().lines(),
                hypothesis.lines(),
                lines(closing.expected()),
                lines(closing.verified()),
                outcome(end, faults),
                faults,
                ReportCharts.of(playbook.report().charts(), end.service(), facts),
                playbook.report().tables());
    }

    private RunFacts facts(long startedAtNanos, long endedAtNanos) {
        Metadata metadata = context.playbook().metadata();
        List<NamedText> parameters = context.playbook().parameters().stream()
                .map(Parameter::name)
                .map(name -> new NamedText(
                        name, context.scope().value(name).map(Value::text).orElse("")))
                .toList();
        return new RunFacts(
                context.request().id(),
                metadata.name(),
                metadata.title(),
                metadata.description(),
                metadata.requirements(),
                context.request().by(),
                context.world().kind(),
                context.request().seed(),
                parameters,
                startedAtNanos,
                endedAtNanos);
    }

    private static List<CheckLine> lines(List<Reading> readings) {
        return readings.stream()
                .map(r -> new CheckLine(
                        r.check().name(),
                        r.check().title(),
                        r.check().probe().kind().word(),
                        r.measured(),
                        r.bound(),
                        r.isMet()))
                .toList();
    }

    private List<OutcomeRow> outcome(Observation end, List<FaultView> faults) {
        OutcomeTable table = new OutcomeTable(end);
        table.same("verdict", judgement.verdict().word());
        context.loads().forEach((step, load) -> table.same("load " + step, text(step, load.tally())));
        table.same("faults injected", kinds(faults));
        table.same(
                "faults left",
                Long.toString(
                        faults.stream().filter(f -> f.recoveredAtNanos() < 0).count()));
        table.promised(context.playbook().requires().role(), context.scope());
        for (Reading reading : closing.expected()) {
            table.same("expected: " + reading.check().name(), reading.isMet() ? "met" : "not met");
        }
        table.observed();
        context.playbook().method().stream()
                .filter(step ->
                        step instanceof Step.Inject inject && !inject.fault().isRepair())
                .forEach(step -> table.times(step.name()));
        return table.rows();
    }

    /// How many requests an endless load sent depends on speed, so its row says only whether all were completed.
    private String text(String step, LoadTally tally) {
        boolean isEndless = context.playbook().method().stream()
                .anyMatch(s -> s instanceof Step.StartLoad load
                        && load.name().equals(step)
                        && load.load().requestsPerClient().countIn(context.scope()) == 0);
        String whole = tally.completed() == tally.sent() ? "all requests completed" : "not all requests completed";
        return isEndless ? whole : tally.completed() + " of " + tally.sent() + " requests completed";
    }

    private static String kinds(List<FaultView> faults) {
        return faults.isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        faults.stream().map(f -> f.kind() + " " + f.target()).toList());
    }

    private List<FaultView> ownFaults() {
        return context.world().history().faults().reversed().stream()
                .filter(f -> f.by().equals(context.by()))
                .toList();
    }
}
