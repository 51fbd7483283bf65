package io.faultline.runtime.event;

/// What befalls a node as such: it starts, stops answering, is asked to stop, ends.
public sealed interface NodeEvent extends EventRecord {
    /// A node began to run.
    record NodeStarted(NodeRole role) implements NodeEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(role);
        }
    }

    /// A node was asked to stop and takes no new work from now on.
    /// @param open streams or requests under way
    /// @param handsOver true when those that can be moved are handed over at once, false when all may end first
    /// @param graceNanos longest time until what is left is cut short
    record NodeDraining(int open, boolean handsOver, long graceNanos) implements NodeEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(open).add(handsOver).add(graceNanos);
        }
    }

    /// A node ended.
    /// @param detail one line on the circumstances: what was drained, handed over or cut short, or what it died of
    record NodeStopped(StopKind how, String detail) implements NodeEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(how).add(detail);
        }
    }

    /// A node's loop left the operator's probe unanswered, although the operator itself was on time.
    /// @param node which one
    /// @param silentNanos for how long so far
    record NodeUnresponsive(String node, long silentNanos) implements NodeEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(node).add(silentNanos);
        }
    }

    /// A node that was unresponsive answered a probe again.
    /// @param silentNanos for how long it was silent in all
    record NodeResponsive(String node, long silentNanos) implements NodeEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(node).add(silentNanos);
        }
    }

    enum StopKind {
        /// It was asked to.
        STOPPED,
        /// From outside, at once.
        KILLED,
        /// By itself, because it could not go on.
        FAILED
    }
}
