package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EngineEvent;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dynamo's metrics of a worker's endpoint. Dynamo has one scrape target a worker; here one may show many, so
/// that a label `worker` with the node's name comes on top of Dynamo's four. The series of a worker that ended
/// are removed, as they would be with its process. [#tick] may come from any thread, everything else is confined
/// to the loop that feeds it.
final class ComponentMetrics {
    private static final double SECONDS = 1e-9;
    private static final String[] LABELS = {"dynamo_namespace", "dynamo_component", "dynamo_endpoint", "model", "worker"
    };

    private final MetricsConfig config;
    private final LabelLimit names;
    /// Changed under the lock only, so that [#tick] may read it.
    private final Map<String, Worker> workers = new LinkedHashMap<>();

    private final Map<String, Long> startedAtNanos = new LinkedHashMap<>();
    private final Counter requests;
    private final Counter errors;
    private final Counter cancellations;
    private final Gauge inflight;
    private final Histogram duration;
    private final Gauge totalBlocks;
    private final Gauge cacheUsage;
    private final Gauge cacheHits;
    private final Gauge uptime;

    ComponentMetrics(Meters meters, MetricsConfig config) {
        this.config = config;
        this.names = new LabelLimit(config.workersMax());
        requests = meters.counter("requests", "Sequences that a worker took", LABELS);
        errors = meters.counter("errors", "Sequences that a worker could not serve", with("error_type"));
        cancellations = meters.counter("cancellation", "Sequences that were cancelled on a worker", LABELS);
        inflight = meters.gauge("inflight_requests", "Sequences on a worker now", LABELS);
        duration = meters.histogram(
                "request_duration_seconds",
                "A sequence on a worker, from its arrival to its end",
                config.histograms().requestSeconds(),
                LABELS);
        totalBlocks = meters.gauge("total_blocks", "KV blocks that a worker has", LABELS);
        cacheUsage = meters.gauge("gpu_cache_usage_percent", "Share of the KV blocks in use, 0 to 1", LABELS);
        cacheHits = meters.gauge("kv_cache_hit_rate", "Share of the tokens that were found in the KV cache", LABELS);
        uptime = meters.gauge("uptime_seconds", "Since the worker registered itself", LABELS);
    }

    private static String[] with(String label) {
        return labelsWith(LABELS, label);
    }

    /// One worker's run.
    private static final class Worker {
        private final String[] labels;
        private final long sinceNanos;
        private int blocks;
        private int inflight;
        private long tokens;
        private long cachedTokens;

        Worker(String[] labels, long sinceNanos) {
            this.labels = labels;
            this.sinceNanos = sinceNanos;
        }
    }

    void started(String node, long atNanos) {
        startedAtNanos.put(node, atNanos);
    }

    synchronized void registered(String node, DiscoveryEvent.InstanceRegistered r, long atNanos) {
        String label = names.admit(node);
        if (!label.equals(node)) {
            return;
        }
        String[] labels = {config.namespace(), r.component(), config.endpoint(), r.model(), label};
        Worker worker = new Worker(labels, startedAtNanos.getOrDefault(node, atNanos));
        Worker known = workers.put(node, worker);
        if (known != null) {
            worker.inflight = known.inflight;
        }
        worker.blocks = r.kvBlocks();
        totalBlocks.labelValues(labels).set(r.kvBlocks());
        inflight.labelValues(labels).set(worker.inflight);
        requests.initLabelValues(labels);
        cancellations.initLabelValues(labels);
        cacheUsage.initLabelValues(labels);
        cacheHits.initLabelValues(labels);
        duration.initLabelValues(labels);
        errors.initLabelValues(labelsWith(labels, "generate"));
    }

    void opened(String node) {
        Worker worker = workers.get(node);
        if (worker != null) {
            requests.labelValues(worker.labels).inc();
            inflight.labelValues(worker.labels).set(++worker.inflight);
        }
    }

    void ended(String node, EngineEvent.SequenceEnded r) {
        Worker worker = workers.get(node);
        if (worker == null) {
            return;
        }
        worker.inflight = Math.max(0, worker.inflight - 1);
        inflight.labelValues(worker.labels).set(worker.inflight);
        duration.labelValues(worker.labels).observe(r.durationNanos() * SECONDS);
        worker.tokens += r.tokens();
        worker.cachedTokens += r.cachedTokens();
        if (worker.tokens > 0) {
            cacheHits.labelValues(worker.labels).set((double) worker.cachedTokens / worker.tokens);
        }
        switch (r.how()) {
            case FINISHED, LEFT_TO_OTHERS -> {
                // No fault of anybody's.
            }
            case CANCELLED -> cancellations.labelValues(worker.labels).inc();
            case FAILED ->
                errors.labelValues(labelsWith(worker.labels, "generate")).inc();
        }
    }

    void stepped(String node, int usedBlocks) {
        Worker worker = workers.get(node);
        if (worker != null && worker.blocks > 0) {
            cacheUsage.labelValues(worker.labels).set((double) usedBlocks / worker.blocks);
        }
    }

    synchronized void stopped(String node) {
        startedAtNanos.remove(node);
        @Nullable Worker worker = workers.remove(node);
        if (worker != null) {
            names.forget(node);
            requests.remove(worker.labels);
            errors.remove(labelsWith(worker.labels, "generate"));
            cancellations.remove(worker.labels);
            inflight.remove(worker.labels);
            duration.remove(worker.labels);
            totalBlocks.remove(worker.labels);
            cacheUsage.remove(worker.labels);
            cacheHits.remove(worker.labels);
            uptime.remove(worker.labels);
        }
    }

    /// Brings what passes by itself up to date.
    synchronized void tick(long nowNanos) {
        for (Worker worker : workers.values()) {
            uptime.labelValues(worker.labels).set(Math.max(0, nowNanos - worker.sinceNanos) * SECONDS);
        }
    }

    private static String[] labelsWith(String[] labels, String value) {
        String[] all = Arrays.copyOf(labels, labels.length + 1);
        all[labels.length] = value;
        return all;
    }
}
