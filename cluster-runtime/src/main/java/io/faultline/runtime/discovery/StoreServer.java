package io.faultline.runtime.discovery;

import io.faultline.runtime.discovery.KeyValueStore.Change;
import io.faultline.runtime.discovery.KeyValueStore.Lease;
import io.faultline.runtime.discovery.KeyValueStore.Reply;
import io.faultline.runtime.event.DiscoveryEvent.LeaseEnded;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.session.SessionServer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store for several clients: a [StoreState], the watches of each client's session, and one timer for the next
/// expiry. The embedded and the simulated store are this class; they differ in how messages get here.
///
/// Every request is handled in one turn: leases that are due end first, then the asker is answered, then the watches
/// are told what changed, in the order in which sessions and watches were opened. So the answers of one session are
/// in one order, and all sessions see changes in the same order.
///
/// A server that takes over an existing state gives every lease its full time again; so does one that finds itself
/// late by [StoreConfig#stallNanos]. Confined to its loop.
public final class StoreServer implements SessionServer<StoreRequest, StoreAnswer> {
    private final StoreState state;
    private final NodeLoop loop;
    private final EventSink events;
    private final List<Session> sessions = new ArrayList<>();
    private NodeLoop.@Nullable Timer expiryTimer;
    private long expiryTimerNanos = Long.MAX_VALUE;
    private boolean stopped;

    /// Called on the server's loop.
    public StoreServer(StoreState state, NodeLoop loop, EventSink events) {
        this.state = state;
        this.loop = loop;
        this.events = events;
        state.renewAll(loop.now());
        setExpiryTimer();
    }

    /// A client has connected.
    ///
    /// @param out takes the answers, in order. It must not call back into the server in the same turn, except to
    ///     drop a session
    @Override
    public Session open(Consumer<StoreAnswer> out) {
        Session session = new Session(out);
        if (!stopped) {
            sessions.add(session);
        }
        return session;
    }

    /// Ends all sessions and the timer, as when the process ends; the state stays as it is. Clients are told by
    /// whoever carries their messages.
    @Override
    public void stop() {
        stopped = true;
        List.copyOf(sessions).forEach(Session::drop);
        setExpiryTimer();
    }

    private void handle(Session session, StoreRequest request) {
        endDueLeases();
        long now = loop.now();
        switch (request) {
            case StoreRequest.Range range ->
                session.tell(new StoreAnswer.Replied(range.id(), new Reply.Ok<>(state.range(range.prefix()))));
            case StoreRequest.Transact transact ->
                answer(session, transact.id(), state.transact(transact.transaction()));
            case StoreRequest.Grant grant -> answer(session, grant.id(), state.grant(grant.ttlNanos(), now));
            case StoreRequest.KeepAlive keepAlive ->
                answer(session, keepAlive.id(), state.keepAlive(keepAlive.lease(), now));
            case StoreRequest.Revoke revoke -> revoke(session, revoke);
            case StoreRequest.OpenWatch open -> openWatch(session, open);
            case StoreRequest.CloseWatch close -> session.watches.remove(close.id());
        }
        setExpiryTimer();
    }

    private void answer(Session session, long id, StoreState.Step<?> step) {
        session.tell(new StoreAnswer.Replied(id, step.reply()));
        publish(step.changes());
    }

    private void revoke(Session session, StoreRequest.Revoke request) {
        StoreState.Step<Lease> step = state.revoke(request.lease());
        if (step.reply() instanceof Reply.Ok<Lease>) {
            events.emit(new LeaseEnded(request.lease(), false));
        }
        answer(session, request.id(), step);
    }

    private void openWatch(Session session, StoreRequest.OpenWatch open) {
        int limit = state.config().watchesPerSessionMax();
        if (session.watches.size() >= limit) {
            session.tell(new StoreAnswer.WatchLost(open.id(), "the session has its limit of " + limit + " watches"));
            return;
        }
        switch (state.replay(open.prefix(), open.fromRevision())) {
            case StoreState.Replay.Compacted compacted ->
                session.tell(new StoreAnswer.WatchLost(
                        open.id(), "the history up to revision " + compacted.revision() + " was compacted"));
            case StoreState.Replay.Changes past -> {
                session.watches.put(open.id(), new Watched(open.prefix(), open.fromRevision()));
                session.tell(new StoreAnswer.WatchOpened(open.id()));
                if (!past.changes().isEmpty()) {
                    session.tell(new StoreAnswer.WatchChanged(open.id(), past.changes()));
                }
            }
        }
    }

    private void publish(List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        for (Session session : List.copyOf(sessions)) {
            session.watches.forEach((id, watched) -> {
                List<Change> seen = changes.stream().filter(watched::sees).toList();
                if (!seen.isEmpty()) {
                    session.tell(new StoreAnswer.WatchChanged(id, seen));
                }
            });
        }
    }

    private void endDueLeases() {
        long now = loop.now();
        long due = state.nextExpiryNanos();
        if (due > now) {
            return;
        }
        if (now - due >= state.config().stallNanos()) {
            // It was this server that stood still. What its clients sent meanwhile is still in the queue.
            state.renewAll(now);
            return;
        }
        for (StoreState.EndedLease ended : state.expire(now)) {
            events.emit(new LeaseEnded(ended.lease(), true));
            publish(ended.changes());
        }
    }

    private void onExpiryDue() {
        expiryTimer = null;
        expiryTimerNanos = Long.MAX_VALUE;
        endDueLeases();
        setExpiryTimer();
    }

    private void setExpiryTimer() {
        long next = stopped ? Long.MAX_VALUE : state.nextExpiryNanos();
        if (next == expiryTimerNanos) {
            return;
        }
        if (expiryTimer != null) {
            expiryTimer.cancel();
            expiryTimer = null;
        }
        expiryTimerNanos = next;
        if (next != Long.MAX_VALUE) {
            expiryTimer = loop.after(Math.max(0, next - loop.now()), this::onExpiryDue);
        }
    }

    /// What a watch was opened for.
    private record Watched(String prefix, long fromRevision) {
        boolean sees(Change change) {
            return change.revision() >= fromRevision && change.key().startsWith(prefix);
        }
    }

    /// One client as long as it is connected: its watches. Leases do not belong to it, they outlive it.
    public final class Session implements ServerSession<StoreRequest> {
        private final Consumer<StoreAnswer> out;
        private final TreeMap<Long, Watched> watches = new TreeMap<>();
        private boolean dropped;

        private Session(Consumer<StoreAnswer> out) {
            this.out = out;
        }

        /// Takes the client's next message; ignored when the session or the server is over.
        @Override
        public void receive(StoreRequest request) {
            if (!dropped && !stopped) {
                Invariants.check(request.id() > 0, "ids start at 1, not %s", request.id());
                handle(this, request);
            }
        }

        /// The client is gone or cannot be reached: its watches end, and it hears nothing more.
        @Override
        public void drop() {
            dropped = true;
            sessions.remove(this);
        }

        private void tell(StoreAnswer answer) {
            if (!dropped) {
                out.accept(answer);
            }
        }
    }
}
