package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.request.ErrorType;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Locale;

/// Dynamo's metrics of migrations, and two of ours. One that is broken off again before it produced a token goes
/// on, as one, until the request has its next token or ends. Confined to the loop that feeds the fold.
final class MigrationMetrics {
    private static final double SECONDS = 1e-9;
    private static final double[] BOUNDS = {.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60};

    private final Counter attempts;
    private final Histogram duration;
    private final Counter overCap;
    private final Counter failures;
    private final Counter recomputed;

    /// @param meters under Dynamo's prefix
    /// @param own meters under ours
    MigrationMetrics(Meters meters, Meters own) {
        attempts = meters.counter(
                "model_migration", "Attempts to continue a request on another worker", "model", "migration_type");
        duration = meters.histogram(
                "model_migration_duration_seconds",
                "From the break to the next token, or to the request's end without one",
                BOUNDS,
                "model",
                "migration_type",
                "outcome");
        overCap = meters.counter(
                "model_migration_max_seq_len_exceeded", "Requests that grew too long to be moved", "model");
        failures = own.counter("migrations_failed", "Requests that could not go on elsewhere", "because");
        recomputed = own.counter("migration_recomputed_tokens", "Tokens that workers computed again for migrations");
    }

    /// Shows a model with no migrations, which says more than not showing it.
    void introduce(String label) {
        for (MigrationType type : MigrationType.values()) {
            attempts.initLabelValues(label, type.label());
        }
        overCap.initLabelValues(label);
    }

    void started(OpenRequest request, MigrationType type, long atNanos) {
        attempts.labelValues(request.series.label(), type.label()).inc();
        if (request.migrating == null) {
            request.brokeAtNanos = atNanos;
        }
        request.migrating = type;
    }

    void completed(OpenRequest request, MigrationEvent.MigrationCompleted m) {
        request.migrating = null;
        observe(request, m.type(), "success", m.gapNanos());
        recomputed.inc(m.recomputedTokens());
    }

    void failed(ErrorType because) {
        failures.labelValues(because.name().toLowerCase(Locale.ROOT)).inc();
    }

    void capExceeded(OpenRequest request) {
        overCap.labelValues(request.series.label()).inc();
    }

    /// The request ended in the middle of a migration, if it was in one.
    void abandoned(OpenRequest request, String outcome, long atNanos) {
        MigrationType type = request.migrating;
        if (type != null) {
            request.migrating = null;
            observe(request, type, outcome, atNanos - request.brokeAtNanos);
        }
    }

    private void observe(OpenRequest request, MigrationType type, String outcome, long nanos) {
        duration.labelValues(request.series.label(), type.label(), outcome).observe(nanos * SECONDS);
    }
}
