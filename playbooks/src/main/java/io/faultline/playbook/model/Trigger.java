package io.faultline.playbook.model;

/// What a step waits for before it acts. The step's time-out covers the wait.
public sealed interface Trigger {
    /// @param delay since the method (or the rollbacks) began
    record After(Quantity delay) implements Trigger {}

    /// @param count requests received since the run began
    record AtRequests(Quantity count) implements Trigger {}

    record OnProbe(ProbeCheck check) implements Trigger {}
}
