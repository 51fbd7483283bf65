package io.faultline.runtime.discovery;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.session.SessionClient;
import io.faultline.runtime.session.SessionLink;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// The [KeyValueStore] of one node whose store is a [StoreServer] somewhere behind a [SessionLink].
///
/// - Every call is answered once, in a later turn: by the server, by its time-out, or because the link broke. An
///   answer that comes after that is ignored.
/// - A watch ends once: closed by its owner, or `lost` because the server said so, did not confirm it in time, or the
///   link broke.
///
/// It does not retry and does not reconnect: the owner asks again when it wants to. Confined to the node's loop.
public final class StoreClient implements KeyValueStore, SessionClient<StoreAnswer> {
    private final NodeLoop loop;
    private final SessionLink<StoreRequest> link;
    private final StoreClientConfig config;
    private final TreeMap<Long, Call> calls = new TreeMap<>();
    private final TreeMap<Long, OpenWatch> watches = new TreeMap<>();
    private long lastId;

    public StoreClient(NodeLoop loop, SessionLink<StoreRequest> link, StoreClientConfig config) {
        this.loop = loop;
        this.link = link;
        this.config = config;
    }

    @Override
    public void range(String prefix, Consumer<Reply<Listing>> then) {
        call(Listing.class, id -> new StoreRequest.Range(id, prefix), then);
    }

    @Override
    public void transact(
            List<Condition> conditions, List<Write> success, List<Write> failure, Consumer<Reply<Committed>> then) {
        Transaction transaction = new Transaction(conditions, success, failure);
        call(Committed.class, id -> new StoreRequest.Transact(id, transaction), then);
    }

    @Override
    public void grant(long ttlNanos, Consumer<Reply<Lease>> then) {
        Invariants.check(ttlNanos > 0, "a lease lasts more than 0 ns, not %s", ttlNanos);
        call(Lease.class, id -> new StoreRequest.Grant(id, ttlNanos), then);
    }

    @Override
    public void keepAlive(long lease, Consumer<Reply<Lease>> then) {
        call(Lease.class, id -> new StoreRequest.KeepAlive(id, lease), then);
    }

    @Override
    public void revoke(long lease, Consumer<Reply<Lease>> then) {
        call(Lease.class, id -> new StoreRequest.Revoke(id, lease), then);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        Invariants.check(watches.size() < config.watchesMax(), "more than %s watches are open", config.watchesMax());
        long id = ++lastId;
        NodeLoop.Timer timer = loop.after(config.requestTimeoutNanos(), () -> onWatchUnconfirmed(id));
        watches.put(id, new OpenWatch(listener, timer));
        link.send(new StoreRequest.OpenWatch(id, prefix, fromRevision));
        return () -> closeWatch(id);
    }

    @Override
    public void received(StoreAnswer answer) {
        switch (answer) {
            case StoreAnswer.Replied replied -> finish(replied.id(), replied.reply());
            case StoreAnswer.WatchOpened opened -> onWatchOpened(opened.id());
            case StoreAnswer.WatchChanged changed -> onWatchChanged(changed);
            case StoreAnswer.WatchLost lost -> loseWatch(lost.id(), lost.why());
        }
    }

    /// No watch can be trusted after it. Calls are answered before watches
    /// are reported, each in the order in which they were made.
    @Override
    public void disconnected(String why) {
        for (long id : List.copyOf(calls.keySet())) {
            finish(id, new Reply.Unavailable<>(why));
        }
        for (long id : List.copyOf(watches.keySet())) {
            loseWatch(id, why);
        }
    }

    private <T> void call(Class<T> type, LongFunction<StoreRequest> request, Consumer<Reply<T>> then) {
        if (calls.size() >= config.callsMax()) {
            loop.post(() -> then.accept(new Reply.Unavailable<>(config.callsMax() + " calls wait for an answer")));
            return;
        }
        long id = ++lastId;
        NodeLoop.Timer timer = loop.after(config.requestTimeoutNanos(), () -> onTimeout(id));
        calls.put(id, new Call(reply -> then.accept(typed(type, reply)), timer));
        link.send(request.apply(id));
    }

    private static <T> Reply<T> typed(Class<T> type, Reply<?> reply) {
        return switch (reply) {
            case Reply.Ok<?>(Object value) -> new Reply.Ok<>(type.cast(value));
            case Reply.NotFound<?>() -> new Reply.NotFound<>();
            case Reply.Unavailable<?>(String why) -> new Reply.Unavailable<>(why);
        };
    }

    private void onTimeout(long id) {
        finish(id, new Reply.Unavailable<>("no answer in " + config.requestTimeoutNanos() / 1_000_000 + " ms"));
    }

    private void finish(long id, Reply<?> reply) {
        Call call = calls.remove(id);
        if (call != null) {
            call.timer.cancel();
            call.then.accept(reply);
        }
    }

    private void onWatchOpened(long id) {
        OpenWatch watch = watches.get(id);
        if (watch != null) {
            watch.confirmation.cancel();
        }
    }

    private void onWatchChanged(StoreAnswer.WatchChanged changed) {
        OpenWatch watch = watches.get(changed.id());
        if (watch != null) {
            watch.listener.changed(changed.changes());
        }
    }

    private void onWatchUnconfirmed(long id) {
        // The server may still open it, so it is told that nobody listens.
        link.send(new StoreRequest.CloseWatch(id));
        loseWatch(id, "not confirmed in " + config.requestTimeoutNanos() / 1_000_000 + " ms");
    }

    private void loseWatch(long id, String why) {
        OpenWatch watch = watches.remove(id);
        if (watch != null) {
            watch.confirmation.cancel();
            watch.listener.lost(why);
        }
    }

    private void closeWatch(long id) {
        OpenWatch watch = watches.remove(id);
        if (watch != null) {
            watch.confirmation.cancel();
            link.send(new StoreRequest.CloseWatch(id));
        }
    }

    /// A call that waits for its answer.
    private record Call(Consumer<Reply<?>> then, NodeLoop.Timer timer) {}

    /// @param confirmation runs out unless the server confirms the watch
    private record OpenWatch(WatchListener listener, NodeLoop.Timer confirmation) {}
}
