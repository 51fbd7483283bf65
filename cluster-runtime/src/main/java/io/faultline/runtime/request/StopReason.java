package io.faultline.runtime.request;

/// Why a request was cancelled.
public enum StopReason {
    /// The client closed its connection.
    CLIENT_GONE,
    /// The client does not read its answer.
    CLIENT_TOO_SLOW,
    /// An operator cancelled it.
    OPERATOR
}
