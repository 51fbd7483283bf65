package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.MigrationEvent.MigrationType;
import io.faultline.runtime.event.RequestEvent.RequestReceived;
import io.faultline.runtime.request.ApiEndpoint;
import org.jspecify.annotations.Nullable;

/// What has to be remembered of a request until it ends, because most records carry its id alone. Confined to the
/// loop that feeds the fold.
final class OpenRequest {
    /// Values of the label `request_type`.
    static final String STREAM = "stream";

    static final String UNARY = "unary";

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
        this.endpoint = nameOf(received.endpoint());
        this.requestType = received.streaming() ? STREAM : UNARY;
        this.promptTokens = received.promptTokens();
        this.series = series;
        series.opened();
    }

    /// Value of the label `endpoint`.
    static String nameOf(ApiEndpoint endpoint) {
        return endpoint.label();
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
