package io.faultline.runtime.host.http;

import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import io.faultline.runtime.request.ApiEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Metrics that say what the server told them, when somebody asks for `/metrics`.
final class RecordingWire implements MetricsText, WireListener {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger refusedConnections = new AtomicInteger();
    final AtomicInteger refusedRequests = new AtomicInteger();
    final AtomicInteger slowClients = new AtomicInteger();
    volatile long bodyBytes;
    volatile long unsentBytes;

    @Override
    public byte[] render(List<ModelSummary> models) {
        return ("models " + models.size() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public WireListener wire() {
        return this;
    }

    @Override
    public void connectionOpened() {
        open.incrementAndGet();
    }

    @Override
    public void connectionClosed() {
        open.decrementAndGet();
    }

    @Override
    public void connectionRefused() {
        refusedConnections.incrementAndGet();
    }

    @Override
    public void requestRefused(@Nullable ApiEndpoint endpoint, int status, String code, String label) {
        refusedRequests.incrementAndGet();
    }

    @Override
    public void clientTooSlow() {
        slowClients.incrementAndGet();
    }

    @Override
    public void held(long nowBodyBytes, long nowUnsentBytes) {
        bodyBytes = nowBodyBytes;
        unsentBytes = nowUnsentBytes;
    }

    @Override
    public void loopLate(long nanos) {}
}
