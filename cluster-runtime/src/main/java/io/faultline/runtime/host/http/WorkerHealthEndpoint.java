package io.faultline.runtime.host.http;

import io.faultline.runtime.worker.WorkerPort.Stage;
import io.faultline.runtime.worker.WorkerPort.WorkerState;

/// How a worker is, in Dynamo's words. As readiness the status says whether it can be routed to; as liveness, whether
/// its loop answers, which a new process would help when it does not.
final class WorkerHealthEndpoint implements Endpoint {
    private static final long SECOND = 1_000_000_000L;
    /// The one endpoint a worker has, for when the worker does not answer.
    private static final String GENERATE = "generate";

    private final WorkerLink worker;
    private final boolean tellsReadiness;
    private final long startedNanos;

    /// @param startedNanos of [System#nanoTime], for when the worker does not answer
    WorkerHealthEndpoint(WorkerLink worker, boolean tellsReadiness, long startedNanos) {
        this.worker = worker;
        this.tellsReadiness = tellsReadiness;
        this.startedNanos = startedNanos;
    }

    @Override
    public void serve(Exchange exchange) {
        worker.state(exchange, state -> answer(exchange, state), () -> silence(exchange));
    }

    private void answer(Exchange exchange, WorkerState state) {
        boolean isFine = tellsReadiness ? state.isReady() : state.stage() != Stage.STOPPED;
        respond(exchange, isFine, state.isReady(), state.uptimeNanos(), state.endpoint());
    }

    private void silence(Exchange exchange) {
        respond(exchange, false, false, System.nanoTime() - startedNanos, GENERATE);
    }

    private static void respond(Exchange exchange, boolean isFine, boolean isReady, long uptimeNanos, String endpoint) {
        String word = isReady ? "ready" : "notready";
        JsonBytes out = new JsonBytes(128).ascii("{\"status\":").string(word);
        out.ascii(",\"uptime\":{\"secs\":").number(uptimeNanos / SECOND);
        out.ascii(",\"nanos\":").number(uptimeNanos % SECOND);
        out.ascii("},\"endpoints\":{").string(endpoint).ascii(":").string(word).ascii("}}");
        exchange.respond(isFine ? 200 : 503, ResponseHead.JSON, out.toArray(), "");
    }
}
