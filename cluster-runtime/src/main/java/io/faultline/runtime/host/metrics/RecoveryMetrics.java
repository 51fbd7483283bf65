package io.faultline.runtime.host.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How soon the loss of a node is noticed, and how long until it serves again: counted from the fault that was
/// injected, or from the end of the node when nobody injected anything. Noticed is a loss when the first frontend
/// sets the node's instance aside or sees it leave discovery; mended when one takes it back, or sees its
/// successor. A fault that passes before anybody notices is counted by itself. Confined to the loop that feeds
/// it.
final class RecoveryMetrics {
    private static final double SECONDS = 1e-9;
    private static final double[] DETECTION = {.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60};
    private static final double[] RECOVERY = {.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600};
    private static final String UNPLANNED = "unplanned";

    private final LabelLimit kinds;
    private final int lossesMax;
    private final Map<Long, String> nodes = new LinkedHashMap<>();
    private final Map<String, Loss> losses = new LinkedHashMap<>();
    private final Histogram detection;
    private final Histogram recovery;
    private final Counter unnoticed;

    RecoveryMetrics(Meters meters, MetricsConfig config) {
        this.kinds = new LabelLimit(config.kindsMax());
        this.lossesMax = config.workersMax();
        detection = meters.histogram(
                "failure_detection_seconds",
                "From a fault to the first frontend that no longer routes to the node",
                DETECTION,
                "fault");
        recovery = meters.histogram(
                "failure_recovery_seconds", "From a fault to the node being routed to again", RECOVERY, "fault");
        unnoticed = meters.counter("failures_unnoticed", "Faults that passed before anybody noticed them", "fault");
    }

    /// A node that may be lost.
    private static final class Loss {
        private final String kind;
        private final long sinceNanos;
        private boolean noticed;

        Loss(String kind, long sinceNanos) {
            this.kind = kind;
            this.sinceNanos = sinceNanos;
        }
    }

    void registered(String node, long instance) {
        nodes.values().removeIf(node::equals);
        if (nodes.size() < lossesMax) {
            nodes.put(instance, node);
        }
    }

    /// @param target of the fault; only those that are nodes with an instance count
    void injected(String kind, String target, long atNanos) {
        if (nodes.containsValue(target) && !losses.containsKey(target)) {
            losses.put(target, new Loss(kinds.admit(kind), atNanos));
        }
    }

    void killed(String node, long atNanos) {
        if (nodes.containsValue(node) && !losses.containsKey(node)) {
            losses.put(node, new Loss(kinds.admit(UNPLANNED), atNanos));
        }
    }

    /// The fault is over. If it was noticed its consequences may go on for a while.
    void recovered(String target) {
        Loss loss = losses.get(target);
        if (loss != null && !loss.noticed) {
            losses.remove(target);
            unnoticed.labelValues(loss.kind).inc();
        }
    }

    /// A frontend does not route to this instance any more.
    void lost(long instance, long atNanos) {
        @Nullable Loss loss = lossOf(instance);
        if (loss != null && !loss.noticed) {
            loss.noticed = true;
            detection.labelValues(loss.kind).observe((atNanos - loss.sinceNanos) * SECONDS);
        }
    }

    /// A frontend routes to this instance, again or for the first time.
    void present(long instance, long atNanos) {
        @Nullable Loss loss = lossOf(instance);
        if (loss != null && loss.noticed) {
            losses.remove(nodes.get(instance));
            recovery.labelValues(loss.kind).observe((atNanos - loss.sinceNanos) * SECONDS);
        }
    }

    private @Nullable Loss lossOf(long instance) {
        String node = nodes.get(instance);
        return node == null ? null : losses.get(node);
    }
}
