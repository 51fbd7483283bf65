package io.faultline.runtime.transport;

/// Hears one end of a connection: `opened` at most once, then frames, then `closed` at most once and nothing
/// after it. A connection that could not be made goes straight to `closed`.
public interface ConnectionListener {
    void opened();

    void received(Frame frame);

    void closed(CloseReason reason);

    /// Why a connection ended.
    enum CloseReason {
        /// Nobody listens at that address.
        REFUSED,
        /// No answer to the attempt within the transport's connect time-out.
        CONNECT_TIMEOUT,
        /// The peer closed it, or its process ended.
        PEER_CLOSED,
        /// Broken by the network or by a malformed frame.
        BROKEN
    }
}
