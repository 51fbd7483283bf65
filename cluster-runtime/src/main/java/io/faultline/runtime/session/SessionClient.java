package io.faultline.runtime.session;

/// One node's end of a session. Confined to the node's loop.
/// @param <A> what it is told
public interface SessionClient<A> {
    /// The link has brought an answer.
    void received(A answer);

    /// The link broke: what was asked stays unknown.
    void disconnected(String why);
}
