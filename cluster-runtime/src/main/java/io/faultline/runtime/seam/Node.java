package io.faultline.runtime.seam;

/// A component of the cluster that a world can start, stop and kill. All methods are called on the node's loop.
/// Killing needs no method: the world drops the loop and everything the node held.
public interface Node {
    void start();

    /// Ends the node's work in order (drain, leave discovery, release) and then runs `done`, once. Calling it
    /// again while it is under way changes nothing.
    void stop(Runnable done);
}
