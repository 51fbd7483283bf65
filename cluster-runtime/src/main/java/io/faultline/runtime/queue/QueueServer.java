package io.faultline.runtime.queue;

import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.QueueEvent.QueueMessageDropped;
import io.faultline.runtime.event.QueueEvent.QueueObserved;
import io.faultline.runtime.queue.WorkQueue.Backlog;
import io.faultline.runtime.queue.WorkQueue.Delivery;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.session.SessionServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Queues for several clients: a [QueueDisk], the pulls that wait, and one timer for what is due next. The embedded
/// and the simulated queue are this class; they differ in how messages get here.
///
/// Every request is handled in one turn: what is due comes first, then the asker is answered, then messages that are
/// ready go to the pulls that wait, in the order in which these came. A pull does not outlive its session; a message
/// does: it is on the disk. Confined to its loop.
public final class QueueServer implements SessionServer<QueueRequest, QueueAnswer> {
    /// Depth and age are told at most so often while they change.
    private static final long OBSERVE_NANOS = 100_000_000L;

    private final QueueDisk disk;
    private final NodeLoop loop;
    private final EventSink events;
    private final List<Session> sessions = new ArrayList<>();
    private final List<WaitingPull> pulls = new ArrayList<>();
    private final Map<String, Observed> observed = new LinkedHashMap<>();
    private NodeLoop.@Nullable Timer timer;
    private long timerNanos = Long.MAX_VALUE;
    private NodeLoop.@Nullable Timer observation;
    private boolean stopped;

    /// Called on the server's loop.
    public QueueServer(QueueDisk disk, NodeLoop loop, EventSink events) {
        this.disk = disk;
        this.loop = loop;
        this.events = events;
        setTimer();
    }

    private record WaitingPull(Session session, long id, String queue, long untilNanos) {}

    /// What was last told of a queue.
    private record Observed(int waiting, int inDelivery) {}

    /// A client has connected.
    ///
    /// @param out takes the answers, in order. It must not call back into the server in the same turn, except to
    ///     drop a session
    @Override
    public Session open(Consumer<QueueAnswer> out) {
        Session session = new Session(out);
        if (!stopped) {
            sessions.add(session);
        }
        return session;
    }

    /// Ends all sessions and timers, as when the process ends; what is on the disk stays. Clients are told by whoever
    /// carries their messages.
    @Override
    public void stop() {
        stopped = true;
        List.copyOf(sessions).forEach(Session::drop);
        setTimer();
        if (observation != null) {
            observation.cancel();
        }
    }

    private void handle(Session session, QueueRequest request) {
        endWhatIsDue();
        Optional<QueueState> found = disk.queue(request.queue());
        if (found.isEmpty()) {
            session.tell(
                    request.id(),
                    new Reply.Refused<>("there are " + disk.queues().size() + " queues already"));
            return;
        }
        QueueState queue = found.get();
        long now = loop.now();
        switch (request) {
            case QueueRequest.Publish publish ->
                session.tell(publish.id(), queue.publish(publish.messageId(), publish.body(), now));
            case QueueRequest.Pull pull -> pull(session, pull);
            case QueueRequest.Settle settle ->
                session.tell(settle.id(), queue.settle(settle.sequence(), settle.delivery(), settle.how(), now));
            case QueueRequest.Withdraw withdraw -> session.tell(withdraw.id(), queue.withdraw(withdraw.sequence()));
            case QueueRequest.Look look -> session.tell(look.id(), new Reply.Ok<>(queue.backlog(now)));
        }
        // A nak without a delay is due at once.
        endWhatIsDue();
        deliver();
        setTimer();
        observeSoon();
    }

    private void pull(Session session, QueueRequest.Pull pull) {
        if (pulls.size() >= disk.config().pullsMax()) {
            session.tell(pull.id(), new Reply.Ok<>(Optional.empty()));
        } else {
            pulls.add(new WaitingPull(session, pull.id(), pull.queue(), loop.now() + Math.max(1, pull.waitNanos())));
        }
    }

    private void deliver() {
        for (WaitingPull pull : List.copyOf(pulls)) {
            Optional<Delivery> delivery = disk.queue(pull.queue).flatMap(queue -> queue.deliver(loop.now()));
            if (delivery.isPresent()) {
                pulls.remove(pull);
                pull.session.tell(pull.id, new Reply.Ok<>(delivery));
            }
        }
    }

    private void endWhatIsDue() {
        long now = loop.now();
        disk.queues().forEach((name, queue) -> {
            if (queue.nextDueNanos() <= now) {
                for (QueueState.Dropped dropped : queue.expire(now).dropped()) {
                    events.emit(
                            new QueueMessageDropped(name, dropped.messageId(), dropped.deliveries(), dropped.why()));
                }
            }
        });
        for (WaitingPull pull : List.copyOf(pulls)) {
            if (pull.untilNanos <= now) {
                pulls.remove(pull);
                pull.session.tell(pull.id, new Reply.Ok<>(Optional.empty()));
            }
        }
    }

    private void onDue() {
        timer = null;
        timerNanos = Long.MAX_VALUE;
        endWhatIsDue();
        deliver();
        setTimer();
        observeSoon();
    }

    private void setTimer() {
        long next = Long.MAX_VALUE;
        if (!stopped) {
            for (QueueState queue : disk.queues().values()) {
                next = Math.min(next, queue.nextDueNanos());
            }
            for (WaitingPull pull : pulls) {
                next = Math.min(next, pull.untilNanos);
            }
        }
        if (next == timerNanos) {
            return;
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        timerNanos = next;
        if (next != Long.MAX_VALUE) {
            timer = loop.after(Math.max(0, next - loop.now()), this::onDue);
        }
    }

    /// While there is a backlog its age grows, so it is told again although nothing changes.
    private void observeSoon() {
        if (observation == null && !stopped && isNews()) {
            observe();
            observation = loop.after(OBSERVE_NANOS, () -> {
                observation = null;
                observeSoon();
            });
        }
    }

    private boolean isNews() {
        for (Map.Entry<String, QueueState> queue : disk.queues().entrySet()) {
            Backlog backlog = queue.getValue().backlog(loop.now());
            Observed told = observed.getOrDefault(queue.getKey(), new Observed(0, 0));
            if (backlog.waiting() > 0 || told.waiting != 0 || told.inDelivery != backlog.inDelivery()) {
                return true;
            }
        }
        return false;
    }

    private void observe() {
        disk.queues().forEach((name, queue) -> {
            Backlog backlog = queue.backlog(loop.now());
            observed.put(name, new Observed(backlog.waiting(), backlog.inDelivery()));
            events.emit(new QueueObserved(name, backlog.waiting(), backlog.inDelivery(), backlog.oldestNanos()));
        });
    }

    /// One client as long as it is connected.
    public final class Session implements ServerSession<QueueRequest> {
        private final Consumer<QueueAnswer> out;
        private boolean dropped;

        private Session(Consumer<QueueAnswer> out) {
            this.out = out;
        }

        /// Takes the client's next message; ignored when the session or the server is over.
        @Override
        public void receive(QueueRequest request) {
            if (!dropped && !stopped) {
                Invariants.check(request.id() > 0, "ids start at 1, not %s", request.id());
                handle(this, request);
            }
        }

        /// The client is gone or cannot be reached: its pulls end, and it hears nothing more.
        @Override
        public void drop() {
            dropped = true;
            sessions.remove(this);
            pulls.removeIf(pull -> pull.session == this);
        }

        private void tell(long id, Reply<?> reply) {
            if (!dropped) {
                out.accept(new QueueAnswer(id, reply));
            }
        }
    }
}
