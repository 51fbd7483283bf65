package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.EngineEvent;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.LinkedHashMap;
import java.util.Map;

/// What each worker's engine does. A worker is named by its node, which stays when it is restarted; the series of one
/// that ended are removed. Confined to the loop that feeds it.
final class WorkerMetrics {
    private static final String WORKER = "worker";

    private final LabelLimit names;
    private final Map<String, Series> series = new LinkedHashMap<>();
    private final Gauge running;
    private final Gauge waiting;
    private final Gauge usedBlocks;
    private final Gauge cachedBlocks;
    private final Gauge totalBlocks;
    private final Counter prefillTokens;
    private final Counter decodeTokens;
    private final Histogram step;
    private final Counter preemptions;
    private final Counter releases;

    WorkerMetrics(Meters meters, MetricsConfig config) {
        this.names = new LabelLimit(config.workersMax());
        running = meters.gauge("engine_running_sequences", "Sequences in the batch", WORKER);
        waiting = meters.gauge("engine_waiting_sequences", "Sequences in the queue", WORKER);
        usedBlocks = meters.gauge("engine_kv_blocks_used", "KV blocks that sequences hold", WORKER);
        cachedBlocks = meters.gauge("engine_kv_blocks_cached", "KV blocks kept for reuse only", WORKER);
        totalBlocks = meters.gauge("engine_kv_blocks", "KV blocks that the engine has", WORKER);
        prefillTokens = meters.counter("engine_prefill_tokens", "Prompt tokens computed", WORKER);
        decodeTokens = meters.counter("engine_decode_tokens", "Tokens generated", WORKER);
        step = meters.histogram(
                "engine_step_seconds",
                "One iteration of the engine",
                config.histograms().stepSeconds(),
                WORKER);
        preemptions = meters.counter("engine_preemptions", "Sequences that lost their KV blocks to others", WORKER);
        releases = meters.counter("engine_releases", "Sequences dropped because they were cancelled", WORKER);
    }

    private record Series(
            GaugeDataPoint running,
            GaugeDataPoint waiting,
            GaugeDataPoint usedBlocks,
            GaugeDataPoint cachedBlocks,
            CounterDataPoint prefillTokens,
            CounterDataPoint decodeTokens,
            DistributionDataPoint step) {}

    void registered(String worker, int kvBlocks) {
        totalBlocks.labelValues(names.admit(worker)).set(kvBlocks);
    }

    void stepped(String worker, EngineEvent.EngineStepped s) {
        Series all = seriesOf(worker);
        all.running().set(s.running());
        all.waiting().set(s.waiting());
        all.usedBlocks().set(s.usedBlocks());
        all.cachedBlocks().set(s.cachedBlocks());
        all.prefillTokens().inc(s.prefillTokens());
        all.decodeTokens().inc(s.decodeTokens());
        all.step().observe(s.stepNanos() * 1e-9);
    }

    void preempted(String worker) {
        preemptions.labelValues(names.admit(worker)).inc();
    }

    void released(String worker) {
        releases.labelValues(names.admit(worker)).inc();
    }

    void stopped(String worker) {
        if (names.knows(worker)) {
            names.forget(worker);
            series.remove(worker);
            running.remove(worker);
            waiting.remove(worker);
            usedBlocks.remove(worker);
            cachedBlocks.remove(worker);
            totalBlocks.remove(worker);
            prefillTokens.remove(worker);
            decodeTokens.remove(worker);
            step.remove(worker);
            preemptions.remove(worker);
            releases.remove(worker);
        }
    }

    private Series seriesOf(String worker) {
        Series known = series.get(worker);
        if (known != null) {
            return known;
        }
        String label = names.admit(worker);
        Series fresh = new Series(
                running.labelValues(label),
                waiting.labelValues(label),
                usedBlocks.labelValues(label),
                cachedBlocks.labelValues(label),
                prefillTokens.labelValues(label),
                decodeTokens.labelValues(label),
                step.labelValues(label));
        if (label.equals(worker)) {
            series.put(worker, fresh);
        }
        return fresh;
    }
}
