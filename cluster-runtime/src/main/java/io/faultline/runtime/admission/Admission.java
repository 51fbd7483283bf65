package io.faultline.runtime.admission;

import io.faultline.runtime.request.RejectReason;

/// Whether a request is served.
public sealed interface Admission {
    record Admitted() implements Admission {}

    /// @param words for the person who reads the answer
    record Refused(RejectReason reason, String words, int retryAfterSeconds, Evidence evidence) implements Admission {}

    /// What a refusal was decided on.
    /// @param instances routable instances of the model
    /// @param busy those of them over a threshold
    /// @param inFlight requests of the model that this frontend has admitted
    /// @param limit how many it would admit; -1 when nothing limits it
    record Evidence(int instances, int busy, int inFlight, int limit) {}
}
