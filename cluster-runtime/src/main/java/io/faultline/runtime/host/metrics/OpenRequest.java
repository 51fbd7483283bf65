package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import org.jspecify.annotations.Nullable;

/// What has to be remembered of a request until it ends, because most records carry its id alone. Confined to the
/// loop that feeds the fold.
final class OpenRequest {
    final String node;
    final String model;
    final String endpoint;
    final String requestType;
    final int promptTokens;
    /// The series that the request is counted in now.
    ModelSeries series;

    boolean hasFirstToken;
    int tokens;
    long tokensAtNanos;
    long brokeAtNanos;

    @Nullable MigrationType migrating;

    /// Where it waits, for [AttemptMetrics]; null while tokens flow.
    @Nullable String stage;

    long stageSinceNanos;
    /// A worker has it.
    boolean served;

    OpenRequest(String node, RequestReceived received, ModelSeries series) {
        this.node = node;
        this.model = received.model();
        this.endpoint = received.endpoint().label();
        this.requestType = received.streaming() ? "stream" : "unary";
        this.promptTokens = received.promptTokens();
        this.series = series;
        series.opened();
    }

    /// Counts the request under another model from now on.
    void moveTo(ModelSeries next) {
        if (!next.label().equals(series.label())) {
            series.closed(!hasFirstToken);
            series = next;
            series.opened();
            if (hasFirstToken) {
                series.begun();
            }
        }
    }
}
