package io.faultline.runtime.discovery;

import java.util.List;
import java.util.function.Consumer;

/// A store that leaves everything to another, for tests that change one thing.
public class DelegatingStore implements KeyValueStore {
    private final KeyValueStore own;

    public DelegatingStore(KeyValueStore own) {
        this.own = own;
    }

    @Override
    public void range(String prefix, Consumer<Reply<Listing>> then) {
        own.range(prefix, then);
    }

    @Override
    public void transact(
            List<Condition> conditions, List<Write> success, List<Write> failure, Consumer<Reply<Committed>> then) {
        own.transact(conditions, success, failure, then);
    }

    @Override
    public void grant(long ttlNanos, Consumer<Reply<Lease>> then) {
        own.grant(ttlNanos, then);
    }

    @Override
    public void keepAlive(long lease, Consumer<Reply<Lease>> then) {
        own.keepAlive(lease, then);
    }

    @Override
    public void revoke(long lease, Consumer<Reply<Lease>> then) {
        own.revoke(lease, then);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return own.watch(prefix, fromRevision, listener);
    }
}
