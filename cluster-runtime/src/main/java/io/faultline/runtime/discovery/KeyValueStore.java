package io.faultline.runtime.discovery;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client of the store, for one node. Every call answers once, later, on the node's loop, with a [Reply]; a call
/// that gets no answer in time is [Reply.Unavailable], and may still have taken effect.
///
/// Writes get revisions that grow by one for each changing transaction in the whole store. Keys are ordered.
public interface KeyValueStore {

    void range(String prefix, Consumer<Reply<Listing>> then);

    /// Runs `success` if all conditions hold, otherwise `failure`; all of it or nothing.
    /// [Reply.NotFound] when a put names a lease that does not exist. What no store takes, see [Transaction],
    /// throws.
    void transact(
            List<Condition> conditions, List<Write> success, List<Write> failure, Consumer<Reply<Committed>> then);

    /// A lease that the store ends unless it is kept alive at least once in every `ttlNanos`. Stores may grant
    /// more than was asked for (etcd: whole seconds, at least 2).
    void grant(long ttlNanos, Consumer<Reply<Lease>> then);

    /// The lease's new remaining time, or [Reply.NotFound] when it ended.
    void keepAlive(long lease, Consumer<Reply<Lease>> then);

    /// Ends the lease; its keys are deleted.
    void revoke(long lease, Consumer<Reply<Lease>> then);

    /// All changes under `prefix` with a revision of at least `fromRevision`, in order, none twice.
    Watch watch(String prefix, long fromRevision, WatchListener listener);

    /// An answer of the store.
    sealed interface Reply<T> {
        record Ok<T>(T value) implements Reply<T> {}

        /// The lease does not exist (any more).
        record NotFound<T>() implements Reply<T> {}

        /// The store did not answer in time or refused for now.
        record Unavailable<T>(String why) implements Reply<T> {}
    }

    /// @param createRevision revision of the write that created the key
    /// @param modRevision revision of its last write
    /// @param version number of writes since it was created, from 1
    /// @param lease the lease that holds it, or 0
    record Entry(String key, String value, long createRevision, long modRevision, long version, long lease) {}

    /// @param revision the store's revision at which the listing was true
    record Listing(long revision, List<Entry> entries) {}

    record Committed(boolean succeeded, long revision) {}

    /// @param id never 0
    /// @param ttlNanos time left when the store answered
    record Lease(long id, long ttlNanos) {}

    /// A condition on one key; `modRevision` 0 means that the key does not exist.
    record Condition(String key, long modRevision) {}

    sealed interface Write {
        String key();

        /// `lease` 0 = the key stays until it is deleted.
        record Put(String key, String value, long lease) implements Write {}

        record Delete(String key) implements Write {}
    }

    /// One change of one key; `value` is null when the key was deleted.
    record Change(String key, @Nullable String value, long revision, long lease) {}

    interface WatchListener {
        /// All changes of one revision, or of several in order.
        void changed(List<Change> changes);

        /// The watch is over: the connection broke or the history was compacted. List again, then watch again.
        void lost(String why);
    }

    interface Watch {
        void close();
    }
}
