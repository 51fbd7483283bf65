package io.faultline.runtime.queue;

import java.util.Optional;
import java.util.function.Consumer;

/// A client of the queues, for one node. Every call answers once, later, on the node's loop, with a [Reply]; a call
/// that gets no answer in time is [Reply.Unavailable], and may still have taken effect. Queues come into being when
/// they are first named.
public interface WorkQueue {

    /// Appends a message. A message id that was published within the duplicate window is not stored again: the answer
    /// names the first one, so that a publisher which got no answer can publish again. [Reply.Refused] when the
    /// queue is full or the message too long.
    void publish(String queue, String messageId, byte[] body, Consumer<Reply<Published>> then);

    /// Takes the oldest message that waits; when there is none, waits for one up to `waitNanos`, at least 1. Whoever
    /// gets a message answers for it with [#settle] within the ack wait, or it is delivered again, to anybody.
    void pull(String queue, long waitNanos, Consumer<Reply<Optional<Delivery>>> then);

    /// Says what became of a delivery. [Reply.Gone] when the message is not there any more: acknowledged, withdrawn,
    /// too old, delivered too often. An acknowledgement counts from whichever delivery it comes; everything else
    /// only from the latest one, and is [Reply.Gone] from another.
    void settle(String queue, long sequence, int delivery, Settlement how, Consumer<Reply<Settled>> then);

    /// Takes a message back wherever it is: nobody gets it any more, and whoever has it is told [Reply.Gone] at the
    /// next word. [Reply.Gone] when it is not there.
    void withdraw(String queue, long sequence, Consumer<Reply<Settled>> then);

    void look(String queue, Consumer<Reply<Backlog>> then);

    /// An answer of the queue.
    sealed interface Reply<T> {
        record Ok<T>(T value) implements Reply<T> {}

        /// The message is not in the queue (any more).
        record Gone<T>() implements Reply<T> {}

        /// The queue works and does not take this.
        record Refused<T>(String why) implements Reply<T> {}

        /// The queue did not answer in time or cannot be reached.
        record Unavailable<T>(String why) implements Reply<T> {}
    }

    /// @param sequence names the message; from 1
    /// @param duplicate true when the message had been published before
    record Published(long sequence, boolean duplicate) {}

    /// @param delivery counts the deliveries of this message, from 1
    /// @param ageNanos since it was published
    /// @param body must not be changed
    record Delivery(long sequence, String messageId, int delivery, long ageNanos, byte[] body) {}

    record Settled() {}

    /// @param waiting messages that can be pulled, now or when their delay is over
    /// @param inDelivery messages that somebody has
    /// @param oldestNanos age of the oldest of both; 0 without any
    record Backlog(int waiting, int inDelivery, long oldestNanos) {}

    sealed interface Settlement {
        /// It is done.
        record Ack() implements Settlement {}

        /// It could not be done; to be delivered again, not before the delay is over.
        record Nak(long delayNanos) implements Settlement {}

        /// It is being worked at: the ack wait begins again.
        record InProgress() implements Settlement {}

        /// It cannot be done by anybody; not to be delivered again.
        record Term() implements Settlement {}
    }
}
