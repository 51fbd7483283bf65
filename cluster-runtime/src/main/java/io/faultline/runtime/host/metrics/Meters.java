package io.faultline.runtime.host.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;

/// Registers metrics under one prefix. Used once, while the fold is made.
final class Meters {
    private final Catalog catalog;
    private final String prefix;

    /// Where metrics are registered, and what they are, in the order in which they were made.
    record Catalog(PrometheusRegistry registry, List<Family> families) {
        Catalog() {
            this(new PrometheusRegistry(), new ArrayList<>());
        }
    }

    /// One metric, as its page lists it.
    ///
    /// @param name as it is exposed
    /// @param type counter, gauge or histogram
    record Family(String name, String type, String help, List<String> labels) {}

    Meters(Catalog catalog, String prefix) {
        this(prefix + "_", catalog);
    }

    private Meters(String prefix, Catalog catalog) {
        this.catalog = catalog;
        this.prefix = prefix;
    }

    /// Dynamo's planner separates its prefix by a colon.
    static Meters ofPlanner(Catalog catalog) {
        return new Meters("planner:", catalog);
    }

    private void list(String name, String type, String help, String... labels) {
        catalog.families.add(new Family(prefix + name, type, help, List.of(labels)));
    }

    /// @param name without `_total`, which the exposition adds
    Counter counter(String name, String help, String... labels) {
        list(name + "_total", "counter", help, labels);
        return Counter.builder()
                .name(prefix + name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(catalog.registry);
    }

    Gauge gauge(String name, String help, String... labels) {
        list(name, "gauge", help, labels);
        return Gauge.builder()
                .name(prefix + name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(catalog.registry);
    }

    Histogram histogram(String name, String help, Buckets buckets, String... labels) {
        return histogram(name, help, buckets.upperBounds(), labels);
    }

    Histogram histogram(String name, String help, double[] upperBounds, String... labels) {
        list(name, "histogram", help, labels);
        return Histogram.builder()
                .name(prefix + name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(upperBounds)
                .withoutExemplars()
                .register(catalog.registry);
    }
}
