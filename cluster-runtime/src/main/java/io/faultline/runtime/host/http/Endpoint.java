package io.faultline.runtime.host.http;

import io.faultline.runtime.request.ApiEndpoint;
import org.jspecify.annotations.Nullable;

/// Serves the requests of one route. Called on the connection's event loop once the request is complete; answers
/// through the exchange, now or later, exactly once.
interface Endpoint {
    void serve(Exchange exchange);

    /// Which of the API's endpoints it is, under which its requests are counted; null for all others.
    default @Nullable ApiEndpoint api() {
        return null;
    }

    /// Whether requests of this route are new work, which is refused while the frontend drains.
    default boolean isWork() {
        return false;
    }

    /// Whether a page in somebody's browser must not be able to send such requests: they are JSON by name, which makes
    /// a browser ask first, and to an address, not to a name that anybody may point here.
    default boolean isGuarded() {
        return false;
    }

    /// The refusal of new work for which there is no room whatever its body says; null when the body has to be
    /// read.
    default @Nullable Refusal refuseEarly(RequestHead head) {
        return null;
    }
}
