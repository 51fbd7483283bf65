package io.faultline.runtime.host.http;

import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.host.SocketIo;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.worker.WorkerPort;
import java.util.concurrent.CompletableFuture;

/// A worker's system port: `GET /health` (200 when the worker can be routed to), `GET /live` (200 when its loop
/// answers), `GET /metrics`, and `/faults` if that is wanted. Both health answers have the same body, so that either
/// tells the whole story; they differ in
/// what their status says, so that a worker that is not ready is not taken for dead and restarted.
///
/// Serves on a thread of its own: a worker whose loop is stuck still gets its 503. Started and stopped once, from any
/// thread.
public final class SystemServer {
    private final HttpListener listener;
    private final RouteTable routes;
    private final long answerNanos;

    /// @param port asked on `loop`, the worker's
    /// @param metrics the worker's own, rendered for no model
    public SystemServer(SystemServerConfig config, WorkerPort port, NodeLoop loop, MetricsText metrics) {
        HttpFrontendConfig http = HttpFrontendConfig.defaults().listeningOn(config.host(), config.port());
        WorkerLink worker = new WorkerLink(port, loop, config.answerNanos());
        long startedNanos = System.nanoTime();
        this.answerNanos = config.answerNanos();
        this.routes = new RouteTable()
                .add("GET", config.healthPath(), new WorkerHealthEndpoint(worker, true, startedNanos))
                .add("GET", config.livePath(), new WorkerHealthEndpoint(worker, false, startedNanos))
                .add("GET", "/metrics", new WorkerMetricsEndpoint(metrics));
        this.listener = new HttpListener(
                http,
                "--system-port",
                routes,
                new ServerStage(http.limits(), WireListener.NONE),
                SocketIo.best().group("system"),
                true);
    }

    /// Whoever reaches the port may break the worker from now on. Before [#start].
    /// @param loop on which `faults` is called
    public SystemServer takingFaults(NodeId worker, FaultInjector faults, NodeLoop loop) {
        new FaultDesk(worker, faults, loop, answerNanos).openOn(routes);
        return this;
    }

    /// Begins to listen; waits for the operating system's answer.
    public StartResult start() {
        return listener.start();
    }

    /// Closes everything; meant for when the worker has ended, so that its last state can be asked until then.
    public CompletableFuture<Void> stop() {
        return listener.close();
    }
}
