package io.faultline.sim.net;

import io.faultline.runtime.transport.ConnectionListener.CloseReason;

/// Hears one end of a channel, on the owning node's loop: `opened` once (on the connecting side only), then
/// messages in order, then `closed` once and nothing after it.
public interface ChannelListener {
    void opened();

    void received(Object message);

    void closed(CloseReason reason);

    /// Decides who listens to an incoming channel.
    interface Acceptor {
        ChannelListener accepted(ChannelEnd end);
    }
}
