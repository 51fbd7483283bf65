package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.EventRecord;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Load, thresholds and limits. The load of an instance is what the instance itself reported; what a frontend adds to
/// it is its own affair and never written over it. Series of nodes that ended are removed. Confined to the loop that
/// feeds it.
final class AdmissionMetrics {
    private static final String[] DYNAMO_WORKER = {"worker_id", "dp_rank", "worker_type"};
    private static final String NO_RANK = "none";
    private static final String AGGREGATED = "aggregated";
    private static final String FRONTEND = "frontend";
    private static final String MODEL = "model";

    private final LabelLimit workers;
    private final LabelLimit frontends;
    private final LabelLimit models;
    private final Map<String, String> instanceOf = new LinkedHashMap<>();
    private final Map<String, List<Runnable>> removals = new LinkedHashMap<>();
    private final Gauge activeDecodeBlocks;
    private final Gauge activePrefillTokens;
    private final Gauge busy;
    private final Gauge decodeThreshold;
    private final Gauge prefillThreshold;
    private final Gauge prefillShareThreshold;
    private final Gauge limit;

    AdmissionMetrics(Meters dynamo, Meters own, MetricsConfig config, LabelLimit models) {
        this.workers = new LabelLimit(config.workersMax());
        this.frontends = new LabelLimit(config.workersMax());
        this.models = models;
        activeDecodeBlocks = dynamo.gauge("worker_active_decode_blocks", "KV blocks held by sequences", DYNAMO_WORKER);
        activePrefillTokens =
                dynamo.gauge("worker_active_prefill_tokens", "Prompt tokens still to be computed", DYNAMO_WORKER);
        busy = own.gauge(
                "instance_busy",
                "Whether an instance is over a busy threshold in a frontend's eyes",
                FRONTEND,
                "worker_id");
        decodeThreshold = own.gauge(
                "busy_threshold_decode_blocks_ratio",
                "Share of an instance's KV blocks from which on it is busy",
                FRONTEND,
                MODEL);
        prefillThreshold = own.gauge(
                "busy_threshold_prefill_tokens",
                "Prompt tokens still to be computed from which on an instance is busy",
                FRONTEND,
                MODEL);
        prefillShareThreshold = own.gauge(
                "busy_threshold_prefill_iterations",
                "The same as a multiple of the tokens that one iteration takes",
                FRONTEND,
                MODEL);
        limit = own.gauge(
                "admission_limit_requests", "Requests in flight that the adaptive limit allows", FRONTEND, MODEL);
    }

    void reported(String worker, EventRecord.LoadReported r) {
        String id = Long.toUnsignedString(r.instance());
        if (!id.equals(instanceOf.get(worker))) {
            stopped(worker);
            instanceOf.put(worker, id);
        }
        String label = workers.admit(id);
        set(worker, activeDecodeBlocks, r.activeDecodeBlocks(), label, NO_RANK, AGGREGATED);
        set(worker, activePrefillTokens, r.activePrefillTokens(), label, NO_RANK, AGGREGATED);
    }

    void busy(String frontend, EventRecord.InstanceBusy r) {
        String label = workers.admit(Long.toUnsignedString(r.instance()));
        set(frontend, busy, r.busy() ? 1 : 0, frontends.admit(frontend), label);
    }

    void thresholds(String frontend, EventRecord.BusyThresholdsChanged r) {
        threshold(frontend, r.model(), decodeThreshold, r.decodeBlocks());
        threshold(frontend, r.model(), prefillThreshold, (double) r.prefillTokens());
        threshold(frontend, r.model(), prefillShareThreshold, r.prefillShare());
    }

    private void threshold(String frontend, String model, Gauge gauge, double value) {
        String[] labels = {frontends.admit(frontend), models.admit(model)};
        if (value < 0) {
            gauge.remove(labels);
        } else {
            set(frontend, gauge, value, labels);
        }
    }

    void limit(String frontend, EventRecord.AdmissionLimitChanged r) {
        set(frontend, limit, r.limit(), frontends.admit(frontend), models.admit(r.model()));
    }

    /// A node is gone, and its series with it.
    void stopped(String node) {
        List<Runnable> gone = removals.remove(node);
        if (gone != null) {
            gone.forEach(Runnable::run);
        }
        String instance = instanceOf.remove(node);
        if (instance != null) {
            workers.forget(instance);
        }
        frontends.forget(node);
    }

    private void set(String node, Gauge gauge, double value, String... labels) {
        gauge.labelValues(labels).set(value);
        List<Runnable> mine = removals.computeIfAbsent(node, _ -> new ArrayList<>());
        Removal removal = new Removal(gauge, List.of(labels));
        if (!mine.contains(removal)) {
            mine.add(removal);
        }
    }

    private record Removal(Gauge gauge, List<String> labels) implements Runnable {
        @Override
        public void run() {
            gauge.remove(labels.toArray(String[]::new));
        }
    }
}
