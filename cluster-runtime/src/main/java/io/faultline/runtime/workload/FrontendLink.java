package io.faultline.runtime.workload;

import io.faultline.runtime.frontend.FrontendPort.Ticket;
import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.ResponseSink;

/// A client's way to some frontend. Called on the client's loop; the sink is called there too, later, and hears
/// exactly one end even if the frontend dies.
public interface FrontendLink {
    Ticket submit(InferenceRequest request, ResponseSink sink);
}
