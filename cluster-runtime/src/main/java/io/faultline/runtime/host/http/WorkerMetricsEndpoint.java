package io.faultline.runtime.host.http;

import java.util.List;

/// A worker's metrics. They do not need the worker's loop, so they come when it is stuck.
final class WorkerMetricsEndpoint implements Endpoint {
    private final MetricsText metrics;

    WorkerMetricsEndpoint(MetricsText metrics) {
        this.metrics = metrics;
    }

    @Override
    public void serve(Exchange exchange) {
        exchange.respond(200, MetricsEndpoint.TEXT, metrics.render(List.of()), "");
    }
}
