package io.faultline.runtime.request;

/// Why a request was refused before any work was done for it.
public enum RejectReason {
    /// No instance of its model can be routed to.
    NO_INSTANCE("no_instance"),
    /// Every instance of its model is over a busy threshold.
    ALL_BUSY("all_busy"),
    /// As many requests are in flight as the adaptive limit allows.
    ADAPTIVE_LIMIT("adaptive_limit"),
    /// What room there is under the adaptive limit is kept for requests of higher priority, or for other tenants.
    RESERVED("reserved"),
    /// There is room under the adaptive limit, but another request was let in a moment ago.
    PACED("paced"),
    /// The frontend has as many requests as it holds.
    FRONTEND_FULL("frontend_full"),
    /// The frontend is shutting down.
    SHUTTING_DOWN("shutting_down");

    private final String label;

    RejectReason(String label) {
        this.label = label;
    }

    /// Whether it was refused on purpose, to protect the requests that are served; otherwise there was nobody to serve
    /// it.
    public boolean isProtection() {
        return this != NO_INSTANCE;
    }

    /// Value of the metrics' `reason` label.
    public String label() {
        return label;
    }
}
