package io.faultline.runtime.host.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.LinkedHashMap;
import java.util.Map;

/// The metrics that have the model as their only label. Confined to the loop that feeds the fold.
final class ModelFamilies {
    private static final double[] SHARES = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1};

    private final Map<String, ModelSeries> series = new LinkedHashMap<>();
    private final Gauge inflight;
    private final Gauge active;
    private final Gauge queued;
    private final Histogram duration;
    private final Histogram firstToken;
    private final Histogram interToken;
    private final Histogram input;
    private final Histogram cached;
    private final Histogram hitRate;
    private final Histogram output;
    private final Counter outputTokens;

    ModelFamilies(Meters meters, MetricsConfig.Histograms buckets) {
        inflight = meters.gauge("inflight_requests", "Requests received and not finished", "model");
        active = meters.gauge("active_requests", "Requests received and not finished", "model");
        queued = meters.gauge("queued_requests", "Requests without their first token", "model");
        duration =
                meters.histogram("request_duration_seconds", "From arrival to end", buckets.requestSeconds(), "model");
        firstToken = meters.histogram(
                "time_to_first_token_seconds", "From arrival to the first token", buckets.firstTokenSeconds(), "model");
        interToken = meters.histogram(
                "inter_token_latency_seconds",
                "Between two tokens, as the mean of each reported stretch",
                buckets.tokenSeconds(),
                "model");
        input = meters.histogram("input_sequence_tokens", "Tokens of the prompt", buckets.inputTokens(), "model");
        cached = meters.histogram(
                "cached_tokens", "Tokens of the prompt that were in a KV cache", buckets.inputTokens(), "model");
        hitRate = meters.histogram("kv_hit_rate", "Share of the prompt that was in a KV cache", SHARES, "model");
        output = meters.histogram("output_sequence_tokens", "Tokens of the answer", buckets.outputTokens(), "model");
        outputTokens = meters.counter("output_tokens", "Tokens delivered, counted while they come", "model");
    }

    ModelSeries of(String label) {
        return series.computeIfAbsent(
                label,
                l -> new ModelSeries(
                        l,
                        inflight.labelValues(l),
                        active.labelValues(l),
                        queued.labelValues(l),
                        duration.labelValues(l),
                        firstToken.labelValues(l),
                        interToken.labelValues(l),
                        input.labelValues(l),
                        cached.labelValues(l),
                        hitRate.labelValues(l),
                        output.labelValues(l),
                        outputTokens.labelValues(l)));
    }
}
