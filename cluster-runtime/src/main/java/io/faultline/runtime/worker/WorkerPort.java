package io.faultline.runtime.worker;

/// What a worker tells those who ask how it is: the system port, an orchestrator's probes. Called on the worker's loop.
public interface WorkerPort {
    WorkerState state();

    /// @param registered true while discovery is known to list the worker
    /// @param healthy the worker's verdict on its engine
    /// @param evidence what the verdict or the stage rests on, for people
    /// @param endpoint name of its one endpoint in discovery
    /// @param openStreams streams under way
    /// @param uptimeNanos since it was started
    record WorkerState(
            Stage stage,
            boolean registered,
            boolean healthy,
            String evidence,
            String endpoint,
            int openStreams,
            long uptimeNanos) {
        /// Routable: in discovery, healthy, and not on its way out.
        public boolean isReady() {
            return stage == Stage.READY && registered && healthy;
        }
    }

    enum Stage {
        STARTING,
        READY,
        DRAINING,
        STOPPED
    }
}
