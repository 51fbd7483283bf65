package io.faultline.runtime.fault;

import io.faultline.runtime.seam.NodeId;

/// What one world can do to its machines and to its planner. Called on the operator's loop.
public interface PlatformControl {
    /// A world without machines and without a planner.
    PlatformControl NONE = new PlatformControl() {
        @Override
        public boolean hasMachine(NodeId machine) {
            return false;
        }

        @Override
        public boolean isUp(NodeId machine) {
            return false;
        }

        @Override
        public void lose(NodeId machine, String why) {
            // There is none.
        }

        @Override
        public void restore(NodeId machine, String why) {
            // There is none.
        }

        @Override
        public void failStarts(NodeId machine, boolean fails) {
            // There is none.
        }

        @Override
        public boolean overScale(NodeId planner, double share, String by) {
            return false;
        }

        @Override
        public void endOverScale(NodeId planner, String by) {
            // There is none.
        }
    };

    boolean hasMachine(NodeId machine);

    boolean isUp(NodeId machine);

    /// Ends a machine and everything on it.
    void lose(NodeId machine, String why);

    /// Brings it back, empty.
    void restore(NodeId machine, String why);

    /// Whether every process that is started there ends at once.
    void failStarts(NodeId machine, boolean fails);

    /// Makes a planner take a share of the workers away. False when no planner of that name runs.
    boolean overScale(NodeId planner, double share, String by);

    /// Gives them back if the planner has not.
    void endOverScale(NodeId planner, String by);
}
