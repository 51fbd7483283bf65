package io.faultline.runtime.routing;

import java.util.Locale;

/// How a worker is chosen. Names as in `--router-mode`.
public enum RoutingMode {
    /// In turn.
    ROUND_ROBIN,
    /// Any.
    RANDOM,
    /// The one with the smallest share of its memory and work in use.
    LEAST_LOADED,
    /// What a router says, which knows what is in the workers' KV caches.
    KV;

    /// `round-robin`
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
