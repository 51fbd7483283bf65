package io.faultline.runtime.host.http;

import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import java.util.List;

/// The metrics, for Prometheus to scrape. They come even when the frontend's loop is stuck, which is when they
/// matter.
final class MetricsEndpoint implements Endpoint {
    static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final FrontendLink frontend;
    private final MetricsText metrics;
    private final Runnable beforehand;

    /// @param beforehand brings up to date what is not counted as it happens
    MetricsEndpoint(FrontendLink frontend, MetricsText metrics, Runnable beforehand) {
        this.frontend = frontend;
        this.metrics = metrics;
        this.beforehand = beforehand;
    }

    @Override
    public void serve(Exchange exchange) {
        frontend.models(exchange, models -> respond(exchange, models), () -> respond(exchange, List.of()));
    }

    private void respond(Exchange exchange, List<ModelSummary> models) {
        beforehand.run();
        exchange.respond(200, TEXT, metrics.render(models), "");
    }
}
