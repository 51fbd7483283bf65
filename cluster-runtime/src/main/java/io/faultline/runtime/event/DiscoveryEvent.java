package io.faultline.runtime.event;

import io.faultline.runtime.request.ErrorType;

/// Who is there, as the store and the frontends see it.
public sealed interface DiscoveryEvent extends EventRecord {
    /// A worker's registration was acknowledged by the store.
    record InstanceRegistered(
            long instance, String component, String model, int kvBlocks, int kvBlockTokens, long leaseTtlNanos)
            implements DiscoveryEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(component)
                    .add(model)
                    .add(kvBlocks)
                    .add(kvBlockTokens)
                    .add(leaseTtlNanos);
        }
    }

    /// The store dropped a lease and what was registered under it.
    /// @param expired true when its time ran out, false when its owner gave it back
    record LeaseEnded(long lease, boolean expired) implements DiscoveryEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(lease).add(expired);
        }
    }

    /// A frontend's view of discovery gained or lost an instance.
    record InstanceSeen(long instance, String node, boolean present) implements DiscoveryEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(node).add(present);
        }
    }

    /// A frontend set an instance aside.
    /// @param evidence what it saw, for people
    record InstanceInhibited(long instance, ErrorType because, String evidence) implements DiscoveryEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(because).add(evidence);
        }
    }

    /// A frontend took an instance back.
    record InstanceReinstated(long instance, long inhibitedNanos) implements DiscoveryEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(inhibitedNanos);
        }
    }
}
