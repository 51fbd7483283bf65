package io.faultline.runtime.event;

/// The course of a playbook.
public sealed interface PlaybookEvent extends EventRecord {
    record PlaybookStarted(String run, String playbook, String by) implements PlaybookEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(run).add(playbook).add(by);
        }
    }

    /// @param phase preflight, steady-state-hypothesis, method, rollbacks, verify, expect
    /// @param status running, passed, failed, skipped
    record PlaybookStepped(String run, String phase, String step, String status, String detail)
            implements PlaybookEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(run).add(phase).add(step).add(status).add(detail);
        }
    }

    /// @param verdict passed, failed, aborted, inconclusive
    record PlaybookFinished(String run, String verdict, String why) implements PlaybookEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(run).add(verdict).add(why);
        }
    }
}
