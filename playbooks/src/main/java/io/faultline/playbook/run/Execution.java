package io.faultline.playbook.run;

import io.faultline.playbook.probe.Observation;

/// One step that acts. Asked again and again until it has ended. Confined to the loop.
interface Execution {

    /// @param deadlineNanos when the step's time is over; what is still going then has failed
    Progress advance(Observation observation, long deadlineNanos);

    /// When it is worth asking again even before the next poll.
    default long dueNanos() {
        return Long.MAX_VALUE;
    }

    /// How far it is. `detail` is one line for people.
    sealed interface Progress {
        String detail();

        record Going(String detail) implements Progress {}

        record Passed(String detail) implements Progress {}

        record Failed(String detail) implements Progress {}

        record Skipped(String detail) implements Progress {}
    }
}
