package io.faultline.runtime.host.metrics;

import io.faultline.runtime.host.http.WireListener;
import io.faultline.runtime.request.ApiEndpoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import org.jspecify.annotations.Nullable;

/// What the API's own server counts: connections, requests that it refused before any frontend saw them, clients
/// that it gave up on, and how late its loop is. Thread-safe.
final class WireMetrics implements WireListener {
    private static final double SECONDS = 1e-9;
    private static final double[] DELAYS = {.0001, .0005, .001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5};

    private final RequestMetrics requests;
    private final Gauge open;
    private final Counter accepted;
    private final Counter refusedConnections;
    private final Counter refusals;
    private final Counter slow;
    private final Gauge bodyBytes;
    private final Gauge unsentBytes;
    private final Histogram delay;
    private final Counter stalls;
    private final long stallNanos;

    /// @param frontend meters under Dynamo's prefix
    /// @param own meters under ours
    /// @param requests counts what is for an endpoint of the API
    WireMetrics(Meters frontend, Meters own, MetricsConfig config, RequestMetrics requests) {
        this.requests = requests;
        this.stallNanos = config.stallNanos();
        open = own.gauge("http_connections", "Connections of clients that are open");
        accepted = own.counter("http_connections_accepted", "Connections of clients");
        refusedConnections = own.counter("http_connections_refused", "Connections beyond the limit, closed at once");
        refusals = own.counter(
                "http_refusals", "HTTP requests refused that were for no endpoint of the API", "status", "code");
        slow = own.counter("http_slow_clients", "Clients dropped because they did not read");
        bodyBytes = own.gauge("http_body_bytes", "Bytes of request bodies that are held now");
        unsentBytes = own.gauge("http_unsent_bytes", "Bytes of answers that wait for slow clients");
        delay = frontend.histogram("event_loop_delay_seconds", "How late the loop comes to a task that is due", DELAYS);
        stalls = frontend.counter("event_loop_stall", "Times the loop was late by more than the limit");
    }

    @Override
    public void connectionOpened() {
        accepted.inc();
        open.inc();
    }

    @Override
    public void connectionClosed() {
        open.dec();
    }

    @Override
    public void connectionRefused() {
        refusedConnections.inc();
    }

    @Override
    public void requestRefused(@Nullable ApiEndpoint endpoint, int status, String code, String label) {
        if (endpoint == null) {
            refusals.labelValues(Integer.toString(status), code).inc();
        } else {
            requests.unread(endpoint, label);
        }
    }

    @Override
    public void clientTooSlow() {
        slow.inc();
    }

    @Override
    public void held(long newBodyBytes, long newUnsentBytes) {
        bodyBytes.set((double) newBodyBytes);
        unsentBytes.set((double) newUnsentBytes);
    }

    @Override
    public void loopLate(long nanos) {
        delay.observe(nanos * SECONDS);
        if (nanos > stallNanos) {
            stalls.inc();
        }
    }
}
