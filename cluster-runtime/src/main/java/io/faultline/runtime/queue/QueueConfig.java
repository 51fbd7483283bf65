package io.faultline.runtime.queue;

import io.faultline.runtime.seam.Invariants;
import io.soabase.recordbuilder.core.RecordBuilder;

/// The limits of a queue. Immutable.
///
/// @param ackWaitNanos a delivery of which nothing is heard for so long is given to somebody else; default 1 s.
///     Shorter finds a dead consumer sooner and asks more words of a living one
/// @param deliveriesMax a message that was delivered so often is dropped instead; default 4
/// @param messagesMax messages in one queue, waiting and in delivery; one more is refused; default 1000
/// @param messageBytesMax length of one message; default 1 MiB, as NATS' `max_payload`
/// @param ageNanos a message older than this is dropped; default 60 s
/// @param duplicateWindowNanos how long message ids are remembered; default 2 min, as JetStream's
/// @param duplicatesMax how many are remembered at most, the newest; default 10 000
/// @param pullsMax pulls that may wait in one queue; one more is answered at once as if its time were over
/// @param queuesMax queues; naming one more is refused
@RecordBuilder
public record QueueConfig(
        long ackWaitNanos,
        int deliveriesMax,
        int messagesMax,
        int messageBytesMax,
        long ageNanos,
        long duplicateWindowNanos,
        int duplicatesMax,
        int pullsMax,
        int queuesMax)
        implements QueueConfigBuilder.With {
    private static final long SECOND = 1_000_000_000L;

    public QueueConfig {
        Invariants.check(ackWaitNanos > 0 && ageNanos > 0 && duplicateWindowNanos > 0, "times are above 0 ns");
        Invariants.check(deliveriesMax > 0 && messagesMax > 0 && messageBytesMax > 0, "limits are above 0");
        Invariants.check(duplicatesMax > 0 && pullsMax > 0 && queuesMax > 0, "limits are above 0");
    }

    public static QueueConfig defaults() {
        return new QueueConfig(SECOND, 4, 1_000, 1 << 20, 60 * SECOND, 120 * SECOND, 10_000, 1_000, 16);
    }
}
