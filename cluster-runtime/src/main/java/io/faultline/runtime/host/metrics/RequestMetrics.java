package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.StopReason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dynamo's metrics of requests: counts, latencies, tokens.
///
/// Time between tokens comes from [RequestEvent.TokensDelivered], which is written every few tokens: every token
/// of such a stretch is observed with the stretch's mean, so counts and sums are exact and single outliers are
/// smoothed.
///
/// A model is a label only once it is registered or a request was routed to it; requests for others are counted
/// under [#UNKNOWN]. Confined to the loop that feeds it.
final class RequestMetrics {
    static final String UNKNOWN = "unknown";
    private static final double SECONDS = 1e-9;

    private final LabelLimit models;
    private final int openMax;
    private final ModelFamilies families;
    private final MigrationMetrics migrations;
    private final AttemptMetrics attempts;
    private final InstanceMetrics instances;
    private final Map<String, OpenRequest> open = new LinkedHashMap<>();
    private final Counter started;
    private final Counter ended;
    private final Gauge disconnected;
    private final Counter cancellations;
    private final Counter rejections;

    RequestMetrics(
            Meters meters,
            MetricsConfig config,
            LabelLimit models,
            MigrationMetrics migrations,
            AttemptMetrics attempts,
            InstanceMetrics instances) {
        this.models = models;
        this.openMax = config.openRequestsMax();
        this.families = new ModelFamilies(meters, config.histograms());
        this.migrations = migrations;
        this.attempts = attempts;
        this.instances = instances;
        started = meters.counter("requests_started", "Requests received", "model", "endpoint", "request_type");
        ended = meters.counter(
                "requests", "Requests finished", "model", "endpoint", "request_type", "status", "error_type");
        disconnected = meters.gauge("disconnected_clients", "Clients that went away before their answer was complete");
        cancellations = meters.counter("model_cancellation", "Requests cancelled", "model", "endpoint", "request_type");
        rejections = meters.counter("model_rejection", "Requests refused because of load", "model", "endpoint");
    }

    /// A model was registered.
    void introduce(String model) {
        ModelSeries series = families.of(models.admit(model));
        migrations.introduce(series.label());
    }

    /// A request was refused before its body could be read: which model it was for is not known. From any thread.
    void unread(ApiEndpoint endpoint, String errorType) {
        String name = OpenRequest.nameOf(endpoint);
        started.labelValues(UNKNOWN, name, OpenRequest.UNARY).inc();
        ended.labelValues(UNKNOWN, name, OpenRequest.UNARY, "error", errorType).inc();
    }

    void received(String node, RequestEvent.RequestReceived r, long atNanos) {
        ModelSeries series = families.of(models.knows(r.model()) ? r.model() : UNKNOWN);
        OpenRequest request = new OpenRequest(node, r, series);
        OpenRequest namesake = open.put(r.request(), request);
        if (namesake != null) {
            drop(namesake);
        }
        if (open.size() > openMax) {
            Iterator<OpenRequest> eldest = open.values().iterator();
            drop(eldest.next());
            eldest.remove();
        }
        attempts.waits(request, atNanos);
        started.labelValues(series.label(), request.endpoint, request.requestType)
                .inc();
    }

    void routed(RequestEvent.RequestRouted r, long atNanos) {
        OpenRequest request = open.get(r.request());
        if (request != null) {
            attempts.routed(request, atNanos);
            // Somebody serves the model, so it is one, whether or not its registration was seen here.
            request.moveTo(families.of(models.admit(request.model)));
        }
    }

    void firstToken(RequestEvent.FirstToken r, long atNanos) {
        OpenRequest request = open.get(r.request());
        if (request != null && !request.hasFirstToken) {
            request.hasFirstToken = true;
            request.tokens = 1;
            request.tokensAtNanos = atNanos;
            request.series.begun();
            attempts.answered(request, atNanos);
            instances.firstToken(r.instance(), r.ttftNanos(), request.promptTokens);
            request.series.firstToken().observe(r.ttftNanos() * SECONDS);
            request.series.input().observe(request.promptTokens);
            request.series.outputTokens().inc();
        }
    }

    void delivered(RequestEvent.TokensDelivered r, long atNanos) {
        OpenRequest request = open.get(r.request());
        int before = request == null ? 0 : request.tokens;
        long beforeNanos = request == null ? 0 : request.tokensAtNanos;
        delivered(r.request(), r.total(), atNanos);
        if (before > 0 && r.total() > before) {
            instances.delivered(r.instance(), (atNanos - beforeNanos) * SECONDS / (r.total() - before));
        }
    }

    private void delivered(String id, int total, long atNanos) {
        OpenRequest request = open.get(id);
        if (request == null || total <= request.tokens) {
            return;
        }
        int fresh = total - request.tokens;
        if (request.hasFirstToken) {
            double mean = (atNanos - request.tokensAtNanos) * SECONDS / fresh;
            for (int i = 0; i < fresh; i++) {
                request.series.interToken().observe(mean);
            }
        }
        request.tokens = total;
        request.tokensAtNanos = atNanos;
        request.series.outputTokens().inc(fresh);
    }

    void migrationStarted(MigrationEvent.MigrationStarted m, long atNanos) {
        OpenRequest request = open.get(m.request());
        if (request != null) {
            migrations.started(request, m.type(), atNanos);
            attempts.waits(request, atNanos);
        }
    }

    void migrationCompleted(MigrationEvent.MigrationCompleted m, long atNanos) {
        OpenRequest request = open.get(m.request());
        if (request != null) {
            migrations.completed(request, m);
            attempts.answered(request, atNanos);
        }
    }

    void migrationCapExceeded(MigrationEvent.MigrationCapExceeded m) {
        OpenRequest request = open.get(m.request());
        if (request != null) {
            migrations.capExceeded(request);
        }
    }

    void migrationFailed(MigrationEvent.MigrationFailed m) {
        migrations.failed(m.because());
    }

    void completed(RequestEvent.RequestCompleted r, long atNanos) {
        delivered(r.request(), r.completionTokens(), atNanos);
        OpenRequest request = end(r.request(), "success", "", r.durationNanos());
        if (request != null) {
            request.series.cached().observe(r.cachedTokens());
            if (r.promptTokens() > 0) {
                request.series.hitRate().observe((double) r.cachedTokens() / r.promptTokens());
            }
        }
    }

    void failed(RequestEvent.RequestFailed r, long atNanos) {
        OpenRequest request = end(r.request(), "error", r.type().label(), r.durationNanos());
        if (request != null) {
            migrations.abandoned(request, "failure", atNanos);
        }
    }

    void cancelled(RequestEvent.RequestCancelled r, long atNanos) {
        delivered(r.request(), r.deliveredTokens(), atNanos);
        OpenRequest request = end(r.request(), "error", ErrorType.CANCELLED.label(), r.durationNanos());
        if (r.reason() == StopReason.CLIENT_GONE) {
            disconnected.inc();
        }
        if (request != null) {
            migrations.abandoned(request, "cancelled", atNanos);
            cancellations
                    .labelValues(request.series.label(), request.endpoint, request.requestType)
                    .inc();
        }
    }

    void rejected(RequestEvent.RequestRejected r) {
        OpenRequest request = end(r.request(), "error", r.type().label(), r.durationNanos());
        if (request != null && r.type().blame() == ErrorType.Blame.SHED) {
            rejections.labelValues(request.series.label(), request.endpoint).inc();
        }
    }

    /// The requests of a node that is gone will not end; they are not counted as ended.
    void nodeStopped(String node) {
        for (Iterator<OpenRequest> all = open.values().iterator(); all.hasNext(); ) {
            OpenRequest request = all.next();
            if (request.node.equals(node)) {
                drop(request);
                all.remove();
            }
        }
    }

    private @Nullable OpenRequest end(String id, String status, String errorType, long durationNanos) {
        OpenRequest request = open.remove(id);
        if (request != null) {
            drop(request);
            request.series.duration().observe(durationNanos * SECONDS);
            if (request.tokens > 0) {
                request.series.output().observe(request.tokens);
            }
            ended.labelValues(request.series.label(), request.endpoint, request.requestType, status, errorType)
                    .inc();
        }
        return request;
    }

    private void drop(OpenRequest request) {
        attempts.leave(request);
        request.series.closed(!request.hasFirstToken);
    }
}
