package io.faultline.runtime.discovery;

/// What a client asks of a [StoreServer]. Ids are chosen by the client, from 1 upwards, and are never used again by
/// it; calls and watches count together. Immutable.
public sealed interface StoreRequest {
    /// Names the call or the watch in the [StoreAnswer]s.
    long id();

    record Range(long id, String prefix) implements StoreRequest {}

    record Transact(long id, Transaction transaction) implements StoreRequest {}

    record Grant(long id, long ttlNanos) implements StoreRequest {}

    record KeepAlive(long id, long lease) implements StoreRequest {}

    record Revoke(long id, long lease) implements StoreRequest {}

    record OpenWatch(long id, String prefix, long fromRevision) implements StoreRequest {}

    /// Ends watch `id`. Not answered.
    record CloseWatch(long id) implements StoreRequest {}
}
