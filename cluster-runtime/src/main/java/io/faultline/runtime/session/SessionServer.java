package io.faultline.runtime.session;

import java.util.function.Consumer;

/// A service on a loop of its own. Confined to that loop.
/// @param <Q> what clients ask
/// @param <A> what they are told
public interface SessionServer<Q, A> {
    /// A client has connected.
    ///
    /// @param out takes the answers, in order. It must not call back into the server in the same turn, except to
    ///     drop a session
    ServerSession<Q> open(Consumer<A> out);

    /// Ends all sessions and timers, as when the process ends. Clients are told by whoever carries their messages.
    void stop();

    /// One client as long as it is connected.
    interface ServerSession<Q> {
        /// Takes the client's next message; ignored when the session or the server is over.
        void receive(Q request);

        /// The client is gone or cannot be reached: it hears nothing more.
        void drop();
    }
}
