package io.faultline.runtime.host.http;

/// Serves the requests of one route. Called on the connection's event loop once the request is complete; answers
/// through the exchange, now or later, exactly once.
interface Endpoint {
    void serve(Exchange exchange);

    /// Whether requests of this route are new work, which is refused while the frontend drains.
    default boolean isWork() {
        return false;
    }
}
