package io.faultline.runtime.event;

/// Remote prefill and the hand-over of KV blocks. `instance` is the decode worker's where a decode worker
/// writes, else the prefill worker's.
public sealed interface PrefillEvent extends EventRecord {
    /// A decode worker asked for a prompt to be prefilled elsewhere, and waits.
    /// @param uncachedTokens prompt tokens that its own cache does not hold
    /// @param queueWaiting messages that waited in the queue when this was decided
    record PrefillQueued(long instance, String request, int attempt, int uncachedTokens, int queueWaiting)
            implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(uncachedTokens).add(queueWaiting);
        }
    }

    /// A prefill worker took a job.
    /// @param delivery how often the job was delivered so far, this time included
    /// @param queuedNanos since it was published
    record PrefillStarted(long instance, String request, int attempt, int delivery, long queuedNanos)
            implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(delivery).add(queuedNanos);
        }
    }

    /// A prefill worker computed a job's blocks and holds them.
    /// @param cachedTokens found in its own cache
    /// @param nanos since it took the job
    record PrefillComputed(long instance, String request, int attempt, int tokens, int cachedTokens, long nanos)
            implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(request)
                    .add(attempt)
                    .add(tokens)
                    .add(cachedTokens)
                    .add(nanos);
        }
    }

    /// A prefill worker ended a job whose blocks nobody took from it.
    record PrefillDropped(long instance, String request, int attempt, PrefillDrop why) implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(why);
        }
    }

    enum PrefillDrop {
        /// The decode worker does not want it, or not any more.
        UNWANTED,
        /// The queue does not know the job any more.
        WITHDRAWN,
        /// Nobody waits for so long.
        TOO_LATE,
        /// The worker cannot do it now; it went back to the queue.
        RETURNED,
        /// No worker can do it.
        IMPOSSIBLE
    }

    /// A prefill worker could not reach the decode worker and wrote the blocks to its spool.
    /// @param spooledBytes in its spool now
    record KvSpooled(long instance, String request, int attempt, long bytes, long spooledBytes)
            implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(bytes).add(spooledBytes);
        }
    }

    /// Blocks left the spool: handed over, or of no use any more.
    /// @param bytes that they took
    /// @param spooledBytes in its spool now
    /// @param spooledNanos since they were written
    record KvUnspooled(long instance, String request, int attempt, long bytes, long spooledBytes, long spooledNanos)
            implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(request)
                    .add(attempt)
                    .add(bytes)
                    .add(spooledBytes)
                    .add(spooledNanos);
        }
    }

    /// A decode worker took a prompt's blocks over and goes on with the request.
    /// @param epoch of the decode worker, which names its life
    /// @param from the prefill worker's instance
    /// @param bytes that came over the wire
    /// @param transferNanos from the first block to the last
    /// @param waitedNanos since it was asked for
    record KvHandedOver(
            long instance,
            String request,
            int attempt,
            long epoch,
            long from,
            int blocks,
            long bytes,
            long transferNanos,
            long waitedNanos)
            implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(request)
                    .add(attempt)
                    .add(epoch)
                    .add(from)
                    .add(blocks)
                    .add(bytes)
                    .add(transferNanos)
                    .add(waitedNanos);
        }
    }

    /// A decode worker was offered blocks that it does not want.
    record KvDeclined(long instance, String request, int attempt, KvDecline why) implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(why);
        }
    }

    enum KvDecline {
        /// It has them: this is a second delivery.
        USED,
        /// It does without them: it was cancelled, or went on by itself.
        NOT_AWAITED,
        /// They were asked for by an earlier life of it.
        OTHER_EPOCH
    }

    /// A decode worker waits no more and prefills by itself.
    record PrefillFellBack(long instance, String request, int attempt, PrefillFallback why, long waitedNanos)
            implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(why).add(waitedNanos);
        }
    }

    enum PrefillFallback {
        /// Nothing came in time.
        TOO_LATE("too_late"),
        /// The queue could not be reached.
        QUEUE_UNREACHABLE("queue_unreachable"),
        /// The queue took no more.
        QUEUE_FULL("queue_full"),
        /// The last prefill worker left.
        NO_WORKERS("no_workers");

        private final String label;

        PrefillFallback(String label) {
            this.label = label;
        }

        /// Value of the metrics' `reason` label.
        public String label() {
            return label;
        }
    }

    /// A decode worker took a job back because its sequence ended.
    record PrefillWithdrawn(long instance, String request, int attempt, long waitedNanos) implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(waitedNanos);
        }
    }

    /// A decode worker decides by these values from now on.
    /// @param maxLocalPrefillLength uncached prompt tokens up to which it prefills by itself
    /// @param maxQueueSize waiting messages from which on it prefills by itself
    record PrefillRulesChanged(long instance, int maxLocalPrefillLength, int maxQueueSize) implements PrefillEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(maxLocalPrefillLength).add(maxQueueSize);
        }
    }
}
