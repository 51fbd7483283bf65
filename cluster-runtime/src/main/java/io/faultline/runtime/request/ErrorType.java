package io.faultline.runtime.request;

/// Every way in which serving a request can fail, with what follows from it. The only place that decides.
///
/// | column | meaning |
/// |---|---|
/// | migratable | another worker may continue the request from what was delivered |
/// | retryable | the client may send the same request again and expect better |
/// | blame | whose fault it is: the client's, the cluster's, or nobody's (load was shed on purpose) |
/// | httpStatus | status of the response if its head was not sent yet |
/// | label | value of the `error_type` label of `dynamo_frontend_requests_total` |
/// | inhibits | the instance that failed this way is set aside until it proves healthy |
public enum ErrorType {
    /// The body or a parameter is wrong.
    INVALID_ARGUMENT(false, false, Blame.CLIENT, 400, "validation", false),
    /// No such model.
    NOT_FOUND(false, false, Blame.CLIENT, 404, "not_found", false),
    /// The body is larger than the limit.
    TOO_LARGE(false, false, Blame.CLIENT, 413, "validation", false),
    /// A parameter that is valid but not served here.
    NOT_IMPLEMENTED(false, false, Blame.CLIENT, 501, "not_implemented", false),
    /// The client went away or asked to stop.
    CANCELLED(false, false, Blame.CLIENT, 499, "cancelled", false),
    /// Refused on purpose because every worker is busy or the frontend is at its limit.
    RESOURCE_EXHAUSTED(false, true, Blame.SHED, 503, "overload", false),
    /// One worker refused because it is full; others may have room.
    WORKER_OVERLOADED(true, true, Blame.SHED, 503, "overload", false),
    /// No routable instance serves the model now.
    UNAVAILABLE(false, true, Blame.SERVER, 503, "unavailable", false),
    /// The frontend is shutting down.
    SHUTTING_DOWN(false, true, Blame.SERVER, 503, "unavailable", false),
    /// The instance could not be reached.
    CANNOT_CONNECT(true, true, Blame.SERVER, 503, "unavailable", true),
    /// The connection to the instance broke.
    DISCONNECTED(true, true, Blame.SERVER, 503, "unavailable", true),
    /// The connection attempt took too long.
    CONNECTION_TIMEOUT(true, true, Blame.SERVER, 503, "unavailable", true),
    /// The instance went silent for longer than allowed.
    RESPONSE_TIMEOUT(true, true, Blame.SERVER, 504, "response_timeout", true),
    /// The instance is heard of, but this stream yielded nothing for longer than allowed.
    STREAM_STALLED(true, true, Blame.SERVER, 504, "response_timeout", true),
    /// The engine is going down in order.
    ENGINE_SHUTDOWN(true, true, Blame.SERVER, 503, "unavailable", true),
    /// The worker found its engine dead or not answering, and gave its streams up.
    ENGINE_UNHEALTHY(true, true, Blame.SERVER, 503, "unavailable", true),
    /// The instance was set aside because it was much slower than its peers. It inhibits by its own rules.
    WORKER_SLOW(true, true, Blame.SERVER, 503, "unavailable", false),
    /// The stream ended without its last frame.
    STREAM_INCOMPLETE(true, true, Blame.SERVER, 502, "internal", true),
    /// The engine failed for a reason that would repeat elsewhere.
    ENGINE_FAILED(false, false, Blame.SERVER, 500, "internal", false),
    /// The request's own deadline passed.
    DEADLINE_EXCEEDED(false, true, Blame.SERVER, 504, "response_timeout", false),
    /// A bug of ours.
    INTERNAL(false, false, Blame.SERVER, 500, "internal", false);

    /// Whose fault an error is.
    public enum Blame {
        CLIENT,
        SERVER,
        SHED
    }

    private final boolean migratable;
    private final boolean retryable;
    private final Blame blame;
    private final int httpStatus;
    private final String label;
    private final boolean inhibits;

    ErrorType(boolean migratable, boolean retryable, Blame blame, int httpStatus, String label, boolean inhibits) {
        this.migratable = migratable;
        this.retryable = retryable;
        this.blame = blame;
        this.httpStatus = httpStatus;
        this.label = label;
        this.inhibits = inhibits;
    }

    public boolean migratable() {
        return migratable;
    }

    public boolean retryable() {
        return retryable;
    }

    public Blame blame() {
        return blame;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public String label() {
        return label;
    }

    public boolean inhibits() {
        return inhibits;
    }
}
