package io.faultline.playbook.run;

import io.faultline.playbook.expression.Scope;
import io.faultline.playbook.expression.Value;
import io.faultline.playbook.model.Playbook;
import io.faultline.playbook.probe.Marks;
import io.faultline.playbook.probe.Observation;
import io.faultline.playbook.probe.Probe;
import io.faultline.playbook.probe.ProbeKind;
import io.faultline.playbook.probe.Words;
import io.faultline.playbook.report.Measurement;
import io.faultline.playbook.report.PlaybookReport.OutcomeRow;
import io.faultline.runtime.event.NodeRole;
import java.util.ArrayList;
import java.util.List;

/// Builds the outcome table. Rows in which two worlds must agree come with their name as the key; everything that
/// depends on speed, or on what other clients did meanwhile, is marked as not comparable.
final class OutcomeTable {
    /// Zero in any world in which the playbook passes.
    private static final List<ProbeKind> SAME = List.of(
            ProbeKind.REQUESTS_FAILED,
            ProbeKind.REQUESTS_REJECTED,
            ProbeKind.MIGRATIONS_FAILED,
            ProbeKind.ANSWERS_DIFFERING);

    private static final List<ProbeKind> MAY_DIFFER = List.of(
            ProbeKind.REQUESTS_RECEIVED,
            ProbeKind.REQUESTS_COMPLETED,
            ProbeKind.REQUESTS_CANCELLED,
            ProbeKind.ANSWERS_CHECKED,
            ProbeKind.OUTPUT_TOKENS,
            ProbeKind.MIGRATIONS_STARTED,
            ProbeKind.MIGRATIONS_COMPLETED,
            ProbeKind.MIGRATION_GAP_P50,
            ProbeKind.MIGRATION_GAP_P99,
            ProbeKind.MIGRATION_GAP_MAX);

    private static final List<ProbeKind> AFTER_FAULT =
            List.of(ProbeKind.TIME_TO_CONTINUE, ProbeKind.TIME_TO_READY, ProbeKind.TIME_TO_RECOVER);

    private final Observation end;
    private final List<OutcomeRow> rows = new ArrayList<>();

    OutcomeTable(Observation end) {
        this.end = end;
    }

    void same(String name, String text) {
        rows.add(new OutcomeRow(name, text, true));
    }

    /// The counts that are zero wherever the playbook passes, and the size of the pool.
    void promised(NodeRole role, Scope scope) {
        SAME.forEach(kind -> measured(kind, Marks.RUN_START, true));
        String ready = Measurement.of(
                        end.read(new Probe(ProbeKind.INSTANCES_READY, role, null, Marks.RUN_START, null)),
                        ProbeKind.INSTANCES_READY.unit())
                .text();
        String before = scope.value(Playbook.POOL_AT_START).map(Value::text).orElse("");
        same(Words.of(role, '-') + " nodes ready", before + " before, " + ready + " after");
    }

    /// The counts of the whole service during the run.
    void observed() {
        MAY_DIFFER.forEach(kind -> measured(kind, Marks.RUN_START, false));
    }

    /// How long it took after a step that did harm.
    void times(String step) {
        AFTER_FAULT.forEach(kind -> measured(kind, step, false));
    }

    private void measured(ProbeKind kind, String since, boolean isComparable) {
        String name = kind.word().replace('_', ' ') + (since.equals(Marks.RUN_START) ? "" : " after " + since);
        String text =
                Measurement.of(end.read(Probe.since(kind, since)), kind.unit()).text();
        rows.add(new OutcomeRow(name, text, isComparable));
    }

    List<OutcomeRow> rows() {
        return List.copyOf(rows);
    }
}
