package io.faultline.runtime.seam;

import java.util.function.Consumer;

/// A component of the cluster that a world can start, stop and kill. All methods are called on the node's loop.
/// Killing needs no method: the world drops the loop and everything the node held.
public interface Node {
    /// Begins to work.
    ///
    /// @param ended hears once, on the loop, how the node ended: after [#stop], or by itself when it cannot go on.
    ///     The node has released everything by then and does nothing afterwards
    void start(Consumer<NodeExit> ended);

    /// Ends the node's work in order (leave discovery, drain or hand over, release), bounded by the node's grace
    /// period. Calling it again while it is under way ends the node at once; calling it later changes nothing.
    void stop();
}
