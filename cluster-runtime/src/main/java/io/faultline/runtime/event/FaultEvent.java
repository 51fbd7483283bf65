package io.faultline.runtime.event;

/// Faults, as they begin and end.
public sealed interface FaultEvent extends EventRecord {
    /// @param fault id of this injection
    /// @param kind as in playbooks, e.g. `worker-kill`
    /// @param target node or link
    /// @param by who asked: a playbook run or a person
    record FaultInjected(String fault, String kind, String target, String by) implements FaultEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(fault).add(kind).add(target).add(by);
        }
    }

    record FaultRecovered(String fault, String kind, String target, String how) implements FaultEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(fault).add(kind).add(target).add(how);
        }
    }
}
