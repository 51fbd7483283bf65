package io.faultline.runtime.event;

import java.util.stream.Stream;

/// What can happen in a cluster, by family. Instances are named by their id, requests by theirs; durations are
/// nanoseconds. Every component of a record goes into the digest, in order.
public sealed interface EventRecord
        permits NodeEvent,
                DiscoveryEvent,
                RequestEvent,
                MigrationEvent,
                RoutingEvent,
                LoadEvent,
                EngineEvent,
                QueueEvent,
                PrefillEvent,
                HealthEvent,
                ScalingEvent,
                ClientEvent,
                FaultEvent,
                PlaybookEvent {
    void digest(Digest digest);

    /// Every kind of record that there is, family by family.
    static Stream<Class<?>> kinds() {
        return Stream.of(EventRecord.class.getPermittedSubclasses())
                .flatMap(family -> Stream.of(family.getPermittedSubclasses()));
    }
}
