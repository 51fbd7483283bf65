package io.faultline.runtime.queue;

/// A client's way to its queues: direct posting in one JVM, the modelled network in a simulation.
///
/// The world that supplies it keeps to three rules.
/// - Answers come to [QueueClient#received] on the node's loop, in a later turn, in the order in which the server
///   gave them. Nothing is lost in between: a link that loses something is broken.
/// - When it breaks, [QueueClient#disconnected] is called on the node's loop and no answer of that connection comes
///   after it. The server's [QueueServer.Session] is dropped, sooner or later.
/// - The next [#send] tries to connect again, with a new session. One that cannot breaks at once, by the rule before.
public interface QueueLink {
    void send(QueueRequest request);
}
