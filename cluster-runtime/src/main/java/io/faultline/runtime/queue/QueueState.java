package io.faultline.runtime.queue;

import io.faultline.runtime.queue.WorkQueue.Backlog;
import io.faultline.runtime.queue.WorkQueue.Delivery;
import io.faultline.runtime.queue.WorkQueue.Published;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.queue.WorkQueue.Settled;
import io.faultline.runtime.queue.WorkQueue.Settlement;
import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What one queue holds, and nothing of who asks: a deterministic state machine. Time is passed in; nothing
/// happens by itself: the owner calls [#expire] before it asks anything else, and when [#nextDueNanos] has come.
///
/// A message is in exactly one of three places: `ready` (by sequence), `due` (in delivery until its ack wait ends, or
/// delayed until it is ready again), or nowhere. Confined to one loop. It outlives the process that serves it, as
/// what is written to a disk does.
public final class QueueState {
    private final QueueConfig config;
    private final TreeMap<Long, Message> messages = new TreeMap<>();
    private final TreeSet<Long> ready = new TreeSet<>();
    private final TreeSet<Message> due =
            new TreeSet<>(Comparator.comparingLong((Message m) -> m.dueNanos).thenComparingLong(m -> m.sequence));
    private final PublishedIds published;
    private long lastSequence;
    private int inDelivery;

    public QueueState(QueueConfig config) {
        this.config = config;
        this.published = new PublishedIds(config.duplicateWindowNanos(), config.duplicatesMax());
    }

    private static final class Message {
        private final long sequence;
        private final String id;
        private final byte[] body;
        private final long publishedAtNanos;
        private int deliveries;
        private boolean inDelivery;
        /// When its ack wait or its delay is over; meaningless while it is ready.
        private long dueNanos;

        Message(long sequence, String id, byte[] body, long publishedAtNanos) {
            this.sequence = sequence;
            this.id = id;
            this.body = body;
            this.publishedAtNanos = publishedAtNanos;
        }
    }

    /// A message that nobody will get any more although nobody acknowledged it.
    public record Dropped(long sequence, String messageId, int deliveries, String why) {}

    /// What [#expire] found.
    /// @param redelivered messages that are ready again because nothing was heard of their delivery
    public record Expired(List<Dropped> dropped, int redelivered) {}

    public Reply<Published> publish(String messageId, byte[] body, long now) {
        long known = published.find(messageId, now);
        if (known != 0) {
            return new Reply.Ok<>(new Published(known, true));
        }
        if (body.length > config.messageBytesMax()) {
            return new Reply.Refused<>("a message of " + body.length + " bytes; at most " + config.messageBytesMax());
        }
        if (messages.size() >= config.messagesMax()) {
            return new Reply.Refused<>("the queue holds its limit of " + config.messagesMax() + " messages");
        }
        Message added = new Message(++lastSequence, messageId, body, now);
        messages.put(added.sequence, added);
        ready.add(added.sequence);
        published.add(messageId, added.sequence, now);
        return new Reply.Ok<>(new Published(added.sequence, false));
    }

    /// The oldest message that is ready, which is in delivery from now on.
    public Optional<Delivery> deliver(long now) {
        Long first = ready.pollFirst();
        if (first == null) {
            return Optional.empty();
        }
        Message message = held(first);
        message.deliveries++;
        message.inDelivery = true;
        inDelivery++;
        message.dueNanos = now + config.ackWaitNanos();
        due.add(message);
        return Optional.of(new Delivery(
                message.sequence, message.id, message.deliveries, now - message.publishedAtNanos, message.body));
    }

    public Reply<Settled> settle(long sequence, int delivery, Settlement how, long now) {
        Message message = messages.get(sequence);
        if (message == null || message.deliveries == 0) {
            return new Reply.Gone<>();
        }
        if (how instanceof Settlement.Ack) {
            remove(message);
            return new Reply.Ok<>(new Settled());
        }
        if (!message.inDelivery || message.deliveries != delivery) {
            return new Reply.Gone<>();
        }
        switch (how) {
            case Settlement.Nak(long delayNanos) -> giveBack(message, now + Math.max(0, delayNanos));
            case Settlement.InProgress() -> {
                due.remove(message);
                message.dueNanos = now + config.ackWaitNanos();
                due.add(message);
            }
            case Settlement.Term(), Settlement.Ack() -> remove(message);
        }
        return new Reply.Ok<>(new Settled());
    }

    public Reply<Settled> withdraw(long sequence) {
        Message message = messages.get(sequence);
        if (message == null) {
            return new Reply.Gone<>();
        }
        remove(message);
        return new Reply.Ok<>(new Settled());
    }

    public Backlog backlog(long now) {
        long oldest = messages.isEmpty() ? 0 : now - messages.firstEntry().getValue().publishedAtNanos;
        return new Backlog(messages.size() - inDelivery, inDelivery, oldest);
    }

    /// Ends ack waits and delays that are over, and drops what is too old or was delivered too often.
    public Expired expire(long now) {
        List<Dropped> dropped = new ArrayList<>();
        int redelivered = 0;
        while (!messages.isEmpty() && isTooOld(messages.firstEntry().getValue(), now)) {
            dropped.add(drop(messages.firstEntry().getValue(), "too old"));
        }
        while (!due.isEmpty() && due.first().dueNanos <= now) {
            Message message = due.first();
            if (message.deliveries >= config.deliveriesMax()) {
                dropped.add(drop(message, "delivered " + message.deliveries + " times"));
            } else {
                redelivered += message.inDelivery ? 1 : 0;
                makeReady(message);
            }
        }
        return new Expired(List.copyOf(dropped), redelivered);
    }

    /// When [#expire] will have something to do, [Long#MAX_VALUE] when never.
    public long nextDueNanos() {
        if (messages.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long tooOld = messages.firstEntry().getValue().publishedAtNanos + config.ageNanos();
        return due.isEmpty() ? tooOld : Math.min(tooOld, due.first().dueNanos);
    }

    private boolean isTooOld(Message message, long now) {
        return now - message.publishedAtNanos >= config.ageNanos();
    }

    private void giveBack(Message message, long readyAtNanos) {
        due.remove(message);
        message.inDelivery = false;
        inDelivery--;
        message.dueNanos = readyAtNanos;
        due.add(message);
    }

    private void makeReady(Message message) {
        due.remove(message);
        if (message.inDelivery) {
            message.inDelivery = false;
            inDelivery--;
        }
        ready.add(message.sequence);
    }

    private Dropped drop(Message message, String why) {
        remove(message);
        return new Dropped(message.sequence, message.id, message.deliveries, why);
    }

    private void remove(Message message) {
        messages.remove(message.sequence);
        ready.remove(message.sequence);
        due.remove(message);
        if (message.inDelivery) {
            message.inDelivery = false;
            inDelivery--;
        }
    }

    private Message held(long sequence) {
        @Nullable Message message = messages.get(sequence);
        if (message == null) {
            throw Invariants.broken("message %s is ready and not there", sequence);
        }
        return message;
    }

    /// Ids of messages that were published lately.
    private static final class PublishedIds {
        private final long windowNanos;
        private final int countMax;
        private final LinkedHashMap<String, Id> ids = new LinkedHashMap<>();

        private record Id(long sequence, long atNanos) {}

        PublishedIds(long windowNanos, int countMax) {
            this.windowNanos = windowNanos;
            this.countMax = countMax;
        }

        /// The sequence, or 0.
        long find(String id, long now) {
            while (!ids.isEmpty() && now - ids.firstEntry().getValue().atNanos >= windowNanos) {
                ids.pollFirstEntry();
            }
            Id known = ids.get(id);
            return known == null ? 0 : known.sequence;
        }

        void add(String id, long sequence, long now) {
            ids.put(id, new Id(sequence, now));
            if (ids.size() > countMax) {
                ids.pollFirstEntry();
            }
        }
    }
}
