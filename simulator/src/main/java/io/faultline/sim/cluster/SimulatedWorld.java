package io.faultline.sim.cluster;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.world.LoadControl;
import io.faultline.runtime.world.World;

/// A simulated cluster as its operator sees it.
///
/// @param random the operator's own stream
record SimulatedWorld(
        NodeLoop loop,
        RandomSource random,
        ClusterHistory history,
        EventSink events,
        FaultInjector faults,
        LoadControl load)
        implements World {
    @Override
    public String kind() {
        return "simulated";
    }
}
