package io.faultline.sim.bench;

import io.faultline.runtime.world.LoadControl.ObservedAnswer;
import java.util.List;

/// A fresh cluster to offer load to, in whichever world.
public interface OverloadStage extends AutoCloseable {
    /// Offers one phase after the other without a pause.
    /// @param phases one of them is measured
    Measured offer(List<Phase> phases);

    @Override
    void close();

    /// @param requestsPerSecond mean of the Poisson process
    record Phase(double requestsPerSecond, long nanos, boolean isMeasured) {}

    /// What came of the requests that were sent in the measured phase.
    /// @param sent all of them
    /// @param ended those that had ended when the last phase was over
    /// @param seconds duration of the measured phase
    record Measured(int sent, List<ObservedAnswer> ended, double seconds) {
        public Measured {
            ended = List.copyOf(ended);
        }
    }
}
