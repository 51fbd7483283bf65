package io.faultline.runtime.transport;

/// One node's connections. Frames on one connection arrive in the order in which they were sent, each at most
/// once; a connection that breaks loses an unknown tail of them. Nothing is promised between connections.
///
/// All listener methods are called on the owning node's loop.
public interface Transport {

    /// Accepts connections from now on, until the node ends. Called at most once.
    /// @return the address to publish
    Address listen(Acceptor acceptor);

    /// Opens a connection. The listener hears [ConnectionListener#opened] or [ConnectionListener#closed] later;
    /// frames sent before `opened` wait for it.
    Connection connect(Address to, ConnectionListener listener);

    /// Decides who listens to an incoming connection.
    interface Acceptor {
        ConnectionListener accepted(Connection connection);
    }
}
