package io.faultline.runtime.session;

/// A client's way to its service: direct posting in one JVM, the modelled network in a simulation.
///
/// The world that supplies it keeps to three rules.
/// - Answers come to [SessionClient#received] on the node's loop, in a later turn, in the order in which the server
///   gave them. Nothing is lost in between: a link that loses something is broken.
/// - When it breaks, [SessionClient#disconnected] is called on the node's loop and no answer of that connection comes
///   after it. The server's [SessionServer.ServerSession] is dropped, sooner or later.
/// - The next [#send] tries to connect again, with a new session. One that cannot breaks at once, by the rule before.
/// @param <Q> what is asked
public interface SessionLink<Q> {
    void send(Q request);
}
