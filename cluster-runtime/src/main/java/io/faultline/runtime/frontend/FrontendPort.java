package io.faultline.runtime.frontend;

import io.faultline.runtime.request.InferenceRequest;
import io.faultline.runtime.request.ResponseSink;
import io.faultline.runtime.request.StopReason;
import java.util.List;

/// What a frontend offers to those who bring requests: the HTTP server, in-process clients, simulated clients.
/// Called on the frontend's loop.
public interface FrontendPort {

    /// Serves a request. The sink is called later, never from inside this call, and hears exactly one end.
    Ticket submit(InferenceRequest request, ResponseSink sink);

    /// The models that have at least one registered instance, by name.
    List<ModelSummary> models();

    FrontendState state();

    /// A request in flight.
    interface Ticket {
        /// The answer is not wanted any more. The sink hears [io.faultline.runtime.request.Outcome.Cancelled],
        /// unless it has heard another end already.
        void cancel(StopReason reason);
    }

    /// @param contextTokens longest prompt and answer together
    /// @param instances routable instances right now
    /// @param migrationLimit most migrations of one request; 0 = off
    record ModelSummary(
            String name,
            int contextTokens,
            int kvBlockTokens,
            int kvBlocks,
            int sequencesMax,
            int batchedTokensMax,
            int instances,
            int migrationLimit) {}

    /// @param ready true when a request for some model could be routed now
    /// @param instances every instance in this frontend's directory
    record FrontendState(Stage stage, boolean ready, List<InstanceState> instances) {}

    enum Stage {
        STARTING,
        READY,
        DRAINING,
        STOPPED
    }

    /// @param inhibited set aside by this frontend after a failure
    record InstanceState(
            long id,
            String node,
            String namespace,
            String component,
            String endpoint,
            String model,
            String transport,
            boolean inhibited,
            int activeStreams) {}
}
