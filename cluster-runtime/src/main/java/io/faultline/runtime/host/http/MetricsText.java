package io.faultline.runtime.host.http;

import io.faultline.runtime.frontend.FrontendPort.ModelSummary;
import java.util.List;

/// Writes the metrics in Prometheus' text format. Called on a connection's event loop, any of them.
public interface MetricsText {
    /// @param models the models of the frontend that is asked; empty when it does not answer
    byte[] render(List<ModelSummary> models);

    /// Where the server is to tell about itself.
    default WireListener wire() {
        return WireListener.NONE;
    }
}
