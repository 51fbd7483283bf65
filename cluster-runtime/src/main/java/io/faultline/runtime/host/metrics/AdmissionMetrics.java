package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.LoadEvent;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What frontends admit: busy instances, thresholds and limits. Series of nodes that ended are removed. Confined
/// to the loop that feeds it.
final class AdmissionMetrics {
    private static final String FRONTEND = "frontend";
    private static final String MODEL = "model";

    private final LabelLimit workers;
    private final LabelLimit frontends;
    private final LabelLimit models;
    private final Map<String, List<Runnable>> removals = new LinkedHashMap<>();
    private final Gauge busy;
    private final Gauge decodeThreshold;
    private final Gauge prefillThreshold;
    private final Gauge prefillShareThreshold;
    private final Gauge limit;

    AdmissionMetrics(Meters own, MetricsConfig config, LabelLimit models) {
        this.workers = new LabelLimit(config.workersMax());
        this.frontends = new LabelLimit(config.workersMax());
        this.models = models;
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

    void busy(String frontend, LoadEvent.InstanceBusy r) {
        String label = workers.admit(Long.toUnsignedString(r.instance()));
        set(frontend, busy, r.busy() ? 1 : 0, frontends.admit(frontend), label);
    }

    /// A frontend no longer finds an instance.
    void unseen(String frontend, long instance) {
        String id = Long.toUnsignedString(instance);
        if (workers.knows(id)) {
            Removal removal = new Removal(busy, List.of(frontends.admit(frontend), id));
            removal.run();
            removals.getOrDefault(frontend, new ArrayList<>()).remove(removal);
        }
    }

    void thresholds(String frontend, LoadEvent.BusyThresholdsChanged r) {
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

    void limit(String frontend, LoadEvent.AdmissionLimitChanged r) {
        set(frontend, limit, r.limit(), frontends.admit(frontend), models.admit(r.model()));
    }

    /// A node is gone, and its series with it.
    void stopped(String node) {
        List<Runnable> gone = removals.remove(node);
        if (gone != null) {
            gone.forEach(Runnable::run);
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
