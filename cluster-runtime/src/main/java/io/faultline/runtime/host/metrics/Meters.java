package io.faultline.runtime.host.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// Registers metrics under one prefix. Used once, while the fold is made.
final class Meters {
    private final PrometheusRegistry registry;
    private final String prefix;

    Meters(PrometheusRegistry registry, String prefix) {
        this(prefix + "_", registry);
    }

    private Meters(String prefix, PrometheusRegistry registry) {
        this.registry = registry;
        this.prefix = prefix;
    }

    /// Dynamo's planner separates its prefix by a colon.
    static Meters ofPlanner(PrometheusRegistry registry) {
        return new Meters("planner:", registry);
    }

    /// @param name without `_total`, which the exposition adds
    Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(prefix + name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    Gauge gauge(String name, String help, String... labels) {
        return Gauge.builder()
                .name(prefix + name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    Histogram histogram(String name, String help, Buckets buckets, String... labels) {
        return histogram(name, help, buckets.upperBounds(), labels);
    }

    Histogram histogram(String name, String help, double[] upperBounds, String... labels) {
        return Histogram.builder()
                .name(prefix + name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(upperBounds)
                .withoutExemplars()
                .register(registry);
    }
}
