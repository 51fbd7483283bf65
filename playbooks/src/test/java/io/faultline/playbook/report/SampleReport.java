package io.faultline.playbook.report;

import io.faultline.playbook.model.Playbook.Chart;
import io.faultline.playbook.model.Playbook.Table;
import io.faultline.playbook.probe.Unit;
import io.faultline.playbook.report.PlaybookReport.ChartSeries;
import io.faultline.playbook.report.PlaybookReport.CheckLine;
import io.faultline.playbook.report.PlaybookReport.HypothesisLine;
import io.faultline.playbook.report.PlaybookReport.NamedText;
import io.faultline.playbook.report.PlaybookReport.OutcomeRow;
import io.faultline.playbook.report.PlaybookReport.RunFacts;
import io.faultline.playbook.report.PlaybookReport.StepLine;
import io.faultline.runtime.history.FaultView;
import java.util.List;

/// A report with one of everything, texts that want to break out of their document included.
final class SampleReport {
    static final String NASTY = "<script>alert('x')</script> | *bold* & \"quoted\" \u001b[31mred\nnext line";
    private static final long SECOND = 1_000_000_000L;

    private SampleReport() {}

    static PlaybookReport failed() {
        return report(
                Verdict.FAILED,
                List.of("not as expected, short-pause: migration gap max is 7.2 s, allowed at most 5 s"),
                "A worker dies",
                "decode-1");
    }

    static PlaybookReport nasty() {
        return report(Verdict.ABORTED, List.of("aborted by " + NASTY), NASTY, NASTY);
    }

    private static PlaybookReport report(Verdict verdict, List<String> why, String title, String target) {
        RunFacts run = new RunFacts(
                "r-1",
                "decode-worker-crash",
                title,
                "One worker is killed.",
                List.of("MIG-1"),
                "alice",
                "simulated",
                7,
                List.of(new NamedText("streams", "64"), new NamedText("note", title)),
                10 * SECOND,
                14 * SECOND);
        return new PlaybookReport(
                run,
                verdict,
                why,
                List.of(
                        new StepLine("preflight", "workers", "check", "passed", "3 ready", 10 * SECOND, 10 * SECOND),
                        new StepLine("method", "kill", "inject", "passed", title, 11 * SECOND, 11 * SECOND),
                        new StepLine(
                                "method", "continued", "gate", "failed", "not within 2s", 11 * SECOND, 13 * SECOND),
                        new StepLine(
                                "method", "drained", "drain", "skipped", "a step failed", 13 * SECOND, 13 * SECOND)),
                List.of(
                        new HypothesisLine(
                                "success-ratio",
                                "at least 99.9 %",
                                new Measurement(1, Unit.RATIO),
                                new Measurement(0.5, Unit.RATIO),
                                12,
                                4,
                                true,
                                new Measurement(1, Unit.RATIO),
                                true),
                        new HypothesisLine(
                                "ttft-p99",
                                "at most 1 s",
                                new Measurement(Double.NaN, Unit.DURATION),
                                new Measurement(2.5e8, Unit.DURATION),
                                12,
                                0,
                                false,
                                new Measurement(2.5e8, Unit.DURATION),
                                true)),
                List.of(
                        new CheckLine(
                                "no-request-failed",
                                "No request failed",
                                "requests_failed",
                                new Measurement(0, Unit.COUNT),
                                "exactly 0",
                                true),
                        new CheckLine(
                                "short-pause",
                                "",
                                "migration_gap_max",
                                new Measurement(7.2e9, Unit.DURATION),
                                "at most 5 s",
                                false)),
                List.of(new CheckLine(
                        "no-fault-left",
                        "No fault is left",
                        "residual_faults",
                        new Measurement(0, Unit.COUNT),
                        "exactly 0",
                        true)),
                List.of(
                        new OutcomeRow("verdict", verdict.word(), true),
                        new OutcomeRow("requests failed", "0", true),
                        new OutcomeRow("migration gap p99", "7.2 s", false)),
                List.of(
                        new FaultView(
                                "worker-kill-1", "worker-kill", target, "r-1", 11 * SECOND, 13 * SECOND, "recovered"),
                        new FaultView("worker-kill-2", "worker-kill", "decode-2", "r-1", 12 * SECOND, -1, "")),
                List.of(
                        new ChartSeries(
                                Chart.TOKENS,
                                "Tokens delivered",
                                "per second",
                                10,
                                List.of(0.0, 640.0, 320.0, 640.0, 0.0)),
                        new ChartSeries(
                                Chart.TTFT,
                                "Time to first token",
                                "ms",
                                10,
                                List.of(Double.NaN, 120.5, Double.NaN, 80.0, 90.0))),
                List.of(Table.values()));
    }
}
