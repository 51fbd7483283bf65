package io.faultline.runtime.orchestrator;

import io.faultline.runtime.orchestrator.Launcher.ManagedProcess;

/// One process that the orchestrator looks after, from the first wish for it to its end. Confined to the loop.
final class Slot {
    private final ManagedProcess process;
    private State state = new State.Waiting(0);
    /// Where it ran last, or empty.
    private String lastMachine = "";
    private long startedNanos;
    private int failures;
    private int starts;

    sealed interface State {
        /// To be started, not before `untilNanos`.
        record Waiting(long untilNanos) implements State {}

        /// There is no machine for it.
        record Unplaced(String why) implements State {}

        record Starting(String machine) implements State {}

        record Running(String machine) implements State {}

        /// Told to stop for good.
        record Draining(String machine) implements State {}
    }

    Slot(ManagedProcess process) {
        this.process = process;
    }

    ManagedProcess process() {
        return process;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
        String machine = machine();
        if (!machine.isEmpty()) {
            lastMachine = machine;
        }
    }

    /// The machine whose slots it takes, or empty.
    String machine() {
        return switch (state) {
            case State.Starting(String machine) -> machine;
            case State.Running(String machine) -> machine;
            case State.Draining(String machine) -> machine;
            case State.Waiting _, State.Unplaced _ -> "";
        };
    }

    boolean isRunning() {
        return state instanceof State.Running;
    }

    boolean isDraining() {
        return state instanceof State.Draining;
    }

    boolean isDue(long nowNanos) {
        return state instanceof State.Unplaced || state instanceof State.Waiting(long until) && until <= nowNanos;
    }

    String lastMachine() {
        return lastMachine;
    }

    /// It was ordered to start. How often that was.
    int ordered() {
        return ++starts;
    }

    int starts() {
        return starts;
    }

    void started(long nowNanos) {
        startedNanos = nowNanos;
    }

    long startedNanos() {
        return startedNanos;
    }

    int failures() {
        return failures;
    }

    void failures(int inARow) {
        failures = inARow;
    }
}
