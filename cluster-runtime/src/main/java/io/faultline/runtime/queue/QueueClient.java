package io.faultline.runtime.queue;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.session.SessionClient;
import io.faultline.runtime.session.SessionLink;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/// The [WorkQueue] of one node whose queues are in a [QueueServer] somewhere behind a [SessionLink]. Every call is
/// answered once, in a later turn: by the server, by its time-out, or because the link broke. An answer that comes
/// after that is ignored; a message in it is delivered again by the server's own time. It does not retry. Confined to
/// the node's loop.
public final class QueueClient implements WorkQueue, SessionClient<QueueAnswer> {
    private final NodeLoop loop;
    private final SessionLink<QueueRequest> link;
    private final QueueClientConfig config;
    private final TreeMap<Long, Call> calls = new TreeMap<>();
    private long lastId;

    public QueueClient(NodeLoop loop, SessionLink<QueueRequest> link, QueueClientConfig config) {
        this.loop = loop;
        this.link = link;
        this.config = config;
    }

    @Override
    public void publish(String queue, String messageId, byte[] body, Consumer<Reply<Published>> then) {
        Invariants.check(!messageId.isEmpty(), "a message has an id");
        call(0, Published.class::cast, id -> new QueueRequest.Publish(id, queue, messageId, body), then);
    }

    @Override
    public void pull(String queue, long waitNanos, Consumer<Reply<Optional<Delivery>>> then) {
        Invariants.check(waitNanos > 0, "a pull waits more than 0 ns, not %s", waitNanos);
        call(
                waitNanos,
                value -> ((Optional<?>) value).map(Delivery.class::cast),
                id -> new QueueRequest.Pull(id, queue, waitNanos),
                then);
    }

    @Override
    public void settle(String queue, long sequence, int delivery, Settlement how, Consumer<Reply<Settled>> then) {
        call(0, Settled.class::cast, id -> new QueueRequest.Settle(id, queue, sequence, delivery, how), then);
    }

    @Override
    public void withdraw(String queue, long sequence, Consumer<Reply<Settled>> then) {
        call(0, Settled.class::cast, id -> new QueueRequest.Withdraw(id, queue, sequence), then);
    }

    @Override
    public void look(String queue, Consumer<Reply<Backlog>> then) {
        call(0, Backlog.class::cast, id -> new QueueRequest.Look(id, queue), then);
    }

    @Override
    public void received(QueueAnswer answer) {
        finish(answer.id(), answer.reply());
    }

    /// Calls are answered in the order in which they were made.
    @Override
    public void disconnected(String why) {
        for (long id : List.copyOf(calls.keySet())) {
            finish(id, new Reply.Unavailable<>(why));
        }
    }

    private <T> void call(
            long ownWaitNanos, Function<Object, T> typed, LongFunction<QueueRequest> request, Consumer<Reply<T>> then) {
        if (calls.size() >= config.callsMax()) {
            loop.post(() -> then.accept(new Reply.Unavailable<>(config.callsMax() + " calls wait for an answer")));
            return;
        }
        long id = ++lastId;
        long timeoutNanos = ownWaitNanos + config.requestTimeoutNanos();
        NodeLoop.Timer timer = loop.after(timeoutNanos, () -> onTimeout(id, timeoutNanos));
        calls.put(id, new Call(reply -> then.accept(typed(typed, reply)), timer));
        link.send(request.apply(id));
    }

    private static <T> Reply<T> typed(Function<Object, T> type, Reply<?> reply) {
        return switch (reply) {
            case Reply.Ok<?>(Object value) -> new Reply.Ok<>(type.apply(value));
            case Reply.Gone<?>() -> new Reply.Gone<>();
            case Reply.Refused<?>(String why) -> new Reply.Refused<>(why);
            case Reply.Unavailable<?>(String why) -> new Reply.Unavailable<>(why);
        };
    }

    private void onTimeout(long id, long timeoutNanos) {
        finish(id, new Reply.Unavailable<>("no answer in " + timeoutNanos / 1_000_000 + " ms"));
    }

    private void finish(long id, Reply<?> reply) {
        Call call = calls.remove(id);
        if (call != null) {
            call.timer.cancel();
            call.then.accept(reply);
        }
    }

    /// A call that waits for its answer.
    private record Call(Consumer<Reply<?>> then, NodeLoop.Timer timer) {}
}
