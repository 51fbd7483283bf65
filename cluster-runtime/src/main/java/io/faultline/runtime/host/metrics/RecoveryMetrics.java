package io.faultline.runtime.host.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How soon the loss of a node is noticed, and how long until it serves again: counted from the fault that was
/// injected, or from the end of the node when nobody injected anything. Noticed is a loss when the first frontend
/// sets the node's instance aside or sees it leave discovery; mended when one takes it back, or sees its
/// successor. A fault that passes before anybody notices is counted by itself.
///
/// A worker and a frontend learn from the store independently: whether a successor is registered before or after
/// it is seen, and whether it is seen before or after its predecessor is missed, makes no difference. Confined to
/// the loop that feeds it.
final class RecoveryMetrics {
    private static final double SECONDS = 1e-9;
    private static final double[] DETECTION = {.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60};
    private static final double[] RECOVERY = {.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600};
    private static final String UNPLANNED = "unplanned";
    private static final int INSTANCES_A_NODE = 4;

    private final LabelLimit kinds;
    private final int lossesMax;
    /// By instance: those of late, also the ones that are gone.
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

    /// A node that may be lost. Forgotten when it was both noticed and mended, in whatever order.
    private static final class Loss {
        private final String kind;
        private final long sinceNanos;
        private boolean noticed;
        private boolean mended;
        private long successor;

        Loss(String kind, long sinceNanos) {
            this.kind = kind;
            this.sinceNanos = sinceNanos;
        }
    }

    /// The node has this instance: it says so itself, or a frontend does.
    private void learn(String node, long instance) {
        if (nodes.putIfAbsent(instance, node) != null) {
            return;
        }
        Loss loss = losses.get(node);
        if (loss != null) {
            loss.successor = instance;
        }
        if (nodes.size() > INSTANCES_A_NODE * lossesMax) {
            nodes.remove(nodes.keySet().iterator().next());
        }
    }

    void registered(String node, long instance) {
        learn(node, instance);
    }

    /// @param target of the fault; only those that are nodes with an instance count
    void injected(String kind, String target, long atNanos) {
        begin(target, kind, atNanos);
    }

    void killed(String node, long atNanos) {
        begin(node, UNPLANNED, atNanos);
    }

    private void begin(String node, String kind, long atNanos) {
        Loss before = losses.get(node);
        if (nodes.containsValue(node) && (before == null ? losses.size() < lossesMax : before.mended)) {
            losses.put(node, new Loss(kinds.admit(kind), atNanos));
        }
    }

    /// The fault is over. If it was noticed its consequences may go on for a while.
    void recovered(String target) {
        Loss loss = losses.get(target);
        if (loss != null && !loss.noticed && !loss.mended) {
            losses.remove(target);
            unnoticed.labelValues(loss.kind).inc();
        }
    }

    /// A frontend does not route to this instance any more.
    void lost(long instance, long atNanos) {
        @Nullable Loss loss = lossOf(instance);
        if (loss != null && !loss.noticed && instance != loss.successor) {
            loss.noticed = true;
            detection.labelValues(loss.kind).observe((atNanos - loss.sinceNanos) * SECONDS);
            forgetWhenOver(loss);
        }
    }

    /// A frontend sees this instance of the node for the first time.
    void seen(String node, long instance, long atNanos) {
        learn(node, instance);
        @Nullable Loss loss = losses.get(node);
        if (loss != null && instance == loss.successor) {
            mend(loss, atNanos);
        }
    }

    /// A frontend routes to this instance again.
    void reinstated(long instance, long atNanos) {
        @Nullable Loss loss = lossOf(instance);
        if (loss != null && loss.noticed) {
            mend(loss, atNanos);
        }
    }

    private void mend(Loss loss, long atNanos) {
        if (!loss.mended) {
            loss.mended = true;
            recovery.labelValues(loss.kind).observe((atNanos - loss.sinceNanos) * SECONDS);
            forgetWhenOver(loss);
        }
    }

    private void forgetWhenOver(Loss loss) {
        if (loss.noticed && loss.mended) {
            losses.values().remove(loss);
        }
    }

    private @Nullable Loss lossOf(long instance) {
        String node = nodes.get(instance);
        return node == null ? null : losses.get(node);
    }
}
