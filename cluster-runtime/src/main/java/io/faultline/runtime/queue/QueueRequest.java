package io.faultline.runtime.queue;

import io.faultline.runtime.queue.WorkQueue.Settlement;

/// What a client asks of a [QueueServer]. Ids are chosen by the client, from 1 upwards, and are never used again by
/// it. Immutable; array contents must not be changed after sending.
public sealed interface QueueRequest {
    /// Names the call in the [QueueAnswer].
    long id();

    String queue();

    record Publish(long id, String queue, String messageId, byte[] body) implements QueueRequest {}

    record Pull(long id, String queue, long waitNanos) implements QueueRequest {}

    record Settle(long id, String queue, long sequence, int delivery, Settlement how) implements QueueRequest {}

    record Withdraw(long id, String queue, long sequence) implements QueueRequest {}

    record Look(long id, String queue) implements QueueRequest {}
}
