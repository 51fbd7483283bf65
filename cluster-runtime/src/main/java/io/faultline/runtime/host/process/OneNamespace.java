package io.faultline.runtime.host.process;

import io.faultline.runtime.discovery.KeyValueStore;
import java.util.List;
import java.util.function.Consumer;

/// A store as a node of one namespace sees it: what is in others is not there. Keys are `v1/<bucket>/<namespace>/…` for
/// what is registered, and `v1/<namespace>/…` for the rest. Confined to the node's loop, like the store behind it.
record OneNamespace(KeyValueStore store, String namespace) implements KeyValueStore {
    /// Dynamo's; no namespace has such a name.
    static final List<String> BUCKETS = List.of("instances", "mdc", "event_channels");

    @Override
    public void range(String prefix, Consumer<Reply<Listing>> then) {
        store.range(
                prefix,
                reply -> then.accept(
                        reply instanceof Reply.Ok<Listing>(Listing all)
                                ? new Reply.Ok<>(new Listing(
                                        all.revision(),
                                        all.entries().stream()
                                                .filter(e -> isOurs(e.key()))
                                                .toList()))
                                : reply));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return store.watch(prefix, fromRevision, new WatchListener() {
            @Override
            public void changed(List<Change> changes) {
                List<Change> ours =
                        changes.stream().filter(c -> isOurs(c.key())).toList();
                if (!ours.isEmpty()) {
                    listener.changed(ours);
                }
            }

            @Override
            public void lost(String why) {
                listener.lost(why);
            }
        });
    }

    private boolean isOurs(String key) {
        String[] parts = key.split("/", 4);
        return parts.length == 4 && namespace.equals(BUCKETS.contains(parts[1]) ? parts[2] : parts[1]);
    }

    @Override
    public void transact(
            List<Condition> conditions, List<Write> success, List<Write> failure, Consumer<Reply<Committed>> then) {
        store.transact(conditions, success, failure, then);
    }

    @Override
    public void grant(long ttlNanos, Consumer<Reply<Lease>> then) {
        store.grant(ttlNanos, then);
    }

    @Override
    public void keepAlive(long lease, Consumer<Reply<Lease>> then) {
        store.keepAlive(lease, then);
    }

    @Override
    public void revoke(long lease, Consumer<Reply<Lease>> then) {
        store.revoke(lease, then);
    }
}
