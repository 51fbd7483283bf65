package io.faultline.playbook.run;

import io.faultline.playbook.model.Playbook.Chart;
import io.faultline.playbook.report.PlaybookReport.ChartSeries;
import io.faultline.playbook.report.PlaybookReport.RunFacts;
import io.faultline.runtime.history.ServiceSnapshot;
import io.faultline.runtime.history.ServiceSnapshot.SecondView;
import java.util.ArrayList;
import java.util.List;

/// Cuts the seconds of a run out of the history, a series for each chart.
final class ReportCharts {
    private static final long SECOND = 1_000_000_000L;
    private static final double MILLISECOND = 1e6;

    private ReportCharts() {}

    static List<ChartSeries> of(List<Chart> charts, ServiceSnapshot service, RunFacts run) {
        long first = run.startedAtNanos() / SECOND;
        long last = run.endedAtNanos() / SECOND;
        List<SecondView> seconds = service.seconds().stream()
                .filter(s -> s.second() >= first && s.second() <= last)
                .toList();
        return charts.stream().map(chart -> series(chart, first, seconds)).toList();
    }

    private static ChartSeries series(Chart chart, long first, List<SecondView> seconds) {
        List<Double> values = new ArrayList<>(seconds.size());
        // The history may have begun to forget, or may hold nothing of the first seconds.
        long missing = seconds.isEmpty() ? 0 : seconds.getFirst().second() - first;
        for (long i = 0; i < missing; i++) {
            values.add(Double.NaN);
        }
        seconds.forEach(s -> values.add(value(chart, s)));
        return new ChartSeries(chart, title(chart), unit(chart), first, List.copyOf(values));
    }

    private static double value(Chart chart, SecondView s) {
        return switch (chart) {
            case TOKENS -> s.tokens();
            case IN_FLIGHT -> s.inFlight();
            case REQUESTS -> s.completed();
            case FAILURES -> s.failed() + s.rejected();
            case MIGRATIONS -> s.migrations();
            case TTFT -> s.ttftP99Nanos() < 0 ? Double.NaN : s.ttftP99Nanos() / MILLISECOND;
        };
    }

    private static String title(Chart chart) {
        return switch (chart) {
            case TOKENS -> "Tokens delivered";
            case IN_FLIGHT -> "Requests in flight";
            case REQUESTS -> "Requests completed";
            case FAILURES -> "Requests failed or rejected";
            case MIGRATIONS -> "Migrations started";
            case TTFT -> "Time to first token, 99th percentile";
        };
    }

    private static String unit(Chart chart) {
        return switch (chart) {
            case TOKENS, REQUESTS, FAILURES, MIGRATIONS -> "per second";
            case IN_FLIGHT -> "requests";
            case TTFT -> "ms";
        };
    }
}
