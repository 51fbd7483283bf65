package io.faultline.runtime.world;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.history.ClusterHistory;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.RandomSource;

/// A running cluster. Everything here is used on [#loop], the operator's loop, on which the history is folded too:
/// what an operator's task sees does not change until the task ends.
public interface World {
    /// simulated, embedded or distributed.
    String kind();

    NodeLoop loop();

    /// The operator's stream of random numbers; fork by purpose.
    RandomSource random();

    ClusterHistory history();

    /// Where the operator's own records (playbook steps) go.
    EventSink events();

    FaultInjector faults();

    LoadControl load();
}
