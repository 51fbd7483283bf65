package io.faultline.runtime.host.http;

/// Whether the process serves HTTP at all; says nothing about workers.
final class LiveEndpoint implements Endpoint {
    private final ServerStage stage;
    private final int retryAfterSeconds;

    LiveEndpoint(ServerStage stage, int retryAfterSeconds) {
        this.stage = stage;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    @Override
    public void serve(Exchange exchange) {
        JsonBytes out = new JsonBytes(64);
        if (stage.isDraining()) {
            out.ascii("{\"status\":\"shutting_down\",\"message\":\"Service is shutting down\"}");
            exchange.respond(503, ResponseHead.JSON, out.toArray(), Exchange.retryAfter(retryAfterSeconds));
        } else {
            exchange.respond(out.ascii("{\"status\":\"live\",\"message\":\"Service is live\"}"));
        }
    }
}
