package io.faultline.runtime.admission;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.RejectReason;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What a frontend offers to those who look after its admission: the HTTP server, an operator. Called on the
/// frontend's loop.
public interface AdmissionPort {
    /// The models with a busy threshold, by name.
    List<ModelThresholds> busyThresholds();

    /// The thresholds of one model, [BusyThresholds#NONE] if it has none; empty when nobody knows the model.
    Optional<BusyThresholds> busyThresholds(String model);

    /// Uses other thresholds at once. False when nobody knows the model.
    /// @param by who asked, for the history
    boolean useBusyThresholds(String model, BusyThresholds thresholds, String by);

    /// Tells `watcher` whether the door is closed, now and at every change, on the frontend's loop.
    void watchDoor(Consumer<Door> watcher);

    /// A request was refused because the door was closed, before anybody read it.
    void turnedAway(String request, ApiEndpoint endpoint);

    record ModelThresholds(String model, BusyThresholds thresholds) {}

    /// Whether any request could be admitted now.
    sealed interface Door {
        record Open() implements Door {}

        /// None of any model and any priority.
        record Closed(RejectReason reason, String words, int retryAfterSeconds) implements Door {}
    }
}
