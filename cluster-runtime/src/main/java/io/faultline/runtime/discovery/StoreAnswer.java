package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import java.util.List;

/// What a [StoreServer] tells a client. `id` is that of the [StoreRequest]. Immutable.
public sealed interface StoreAnswer {
    long id();

    /// The one answer to a call.
    record Replied(long id, Reply<?> reply) implements StoreAnswer {}

    /// The watch stands: from now on it is told every change.
    record WatchOpened(long id) implements StoreAnswer {}

    /// Changes in order, none twice; a revision is never split between two of these.
    record WatchChanged(long id, List<Change> changes) implements StoreAnswer {}

    /// The watch is over.
    record WatchLost(long id, String why) implements StoreAnswer {}
}
