package io.faultline.runtime.host.metrics;

import io.faultline.runtime.event.HealthEvent;
import io.faultline.runtime.event.HealthEvent.WorkerHealth;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Locale;

/// What workers found out about themselves. Dynamo has no metric of these. Confined to the loop that feeds it.
final class HealthMetrics {
    private static final double[] CANARY_SECONDS = {.025, .05, .1, .25, .5, 1, 2, 3, 5, 10};

    private final LabelLimit names;
    private final Counter transitions;
    private final Counter canaries;
    private final Histogram canaryTime;
    private final Gauge healthy;

    HealthMetrics(Meters meters, MetricsConfig config) {
        this.names = new LabelLimit(config.workersMax());
        transitions = meters.counter(
                "worker_health_transitions", "Changes of a worker's verdict on itself", "check", "health");
        canaries = meters.counter("canaries", "Canaries that came to their end", "result");
        canaryTime = meters.histogram("canary_seconds", "From sending a canary to its verdict", CANARY_SECONDS);
        healthy = meters.gauge("worker_healthy", "1 while a worker finds its engine healthy, otherwise 0", "worker");
    }

    void registered(String worker) {
        healthy.labelValues(names.admit(worker)).set(1);
    }

    void changed(String worker, HealthEvent.HealthChanged h) {
        transitions.labelValues(label(h.check()), label(h.health())).inc();
        healthy.labelValues(names.admit(worker)).set(h.health() == WorkerHealth.HEALTHY ? 1 : 0);
    }

    void canaryEnded(HealthEvent.CanaryEnded c) {
        canaries.labelValues(c.passed() ? "passed" : "failed").inc();
        canaryTime.observe(c.nanos() * 1e-9);
    }

    void stopped(String worker) {
        if (names.knows(worker)) {
            names.forget(worker);
            healthy.remove(worker);
        }
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
