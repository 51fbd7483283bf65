package io.faultline.runtime.event;

/// State of the durable queues.
public sealed interface QueueEvent extends EventRecord {
    /// A queue's backlog; written at intervals while it changes or grows older.
    /// @param waiting messages that nobody has
    /// @param inDelivery messages that somebody works at
    /// @param oldestNanos age of the oldest of both
    record QueueObserved(String queue, int waiting, int inDelivery, long oldestNanos) implements QueueEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(queue).add(waiting).add(inDelivery).add(oldestNanos);
        }
    }

    /// A queue gave a message up that nobody acknowledged.
    /// @param deliveries how often it was delivered
    record QueueMessageDropped(String queue, String message, int deliveries, String why) implements QueueEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(queue).add(message).add(deliveries).add(why);
        }
    }
}
