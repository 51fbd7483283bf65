package io.faultline.runtime.event;

/// Choices of the routers, their index of KV blocks, and what frontends do without them.
public sealed interface RoutingEvent extends EventRecord {
    /// A router knows enough to be asked, and enters discovery.
    /// @param workers that it knows
    /// @param synced those of them whose cache it has heard of
    /// @param blocks in its index
    /// @param tookNanos since it started
    record RouterReady(long instance, int workers, int synced, long blocks, long tookNanos) implements RoutingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(workers).add(synced).add(blocks).add(tookNanos);
        }
    }

    /// A router chose a worker for an attempt of a request.
    /// @param promptBlocks full blocks of prompt and delivered tokens
    /// @param overlapBlocks leading ones of them that the worker holds
    /// @param bestOverlapBlocks the most that any candidate holds
    /// @param decodeBlocks blocks that the worker's sequences will hold, this one among them
    /// @param prefillTokens prompt tokens that the worker will have to compute, those of this one among them
    /// @param cost by which it was chosen, lower is better
    /// @param nextCost that of the cheapest other candidate; the same when there is none
    record RouteDecided(
            String request,
            int attempt,
            long instance,
            int promptBlocks,
            int overlapBlocks,
            int bestOverlapBlocks,
            int decodeBlocks,
            long prefillTokens,
            double cost,
            double nextCost,
            int candidates)
            implements RoutingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(attempt)
                    .add(instance)
                    .add(promptBlocks)
                    .add(overlapBlocks)
                    .add(bestOverlapBlocks)
                    .add(decodeBlocks)
                    .add(prefillTokens)
                    .add(cost)
                    .add(nextCost)
                    .add(candidates);
        }
    }

    /// No router answers a frontend; it chooses workers by itself from now on.
    /// @param mode how it does, as in `--router-mode`
    record RouterFallbackStarted(String mode, String because) implements RoutingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(mode).add(because);
        }
    }

    /// A router answers a frontend again.
    /// @param requests for which the frontend chose by itself meanwhile
    record RouterFallbackEnded(long nanos, long requests) implements RoutingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(nanos).add(requests);
        }
    }

    /// A router's answer was no use to a frontend, which has the last word; it chose by itself.
    record RouteDeclined(String request, int attempt, String because) implements RoutingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(because);
        }
    }

    /// A router brought its picture of a worker's KV cache up to date.
    /// @param blocks that the worker holds
    /// @param missedEvents that were told again; -1 when the whole content was told
    record KvIndexResynced(long instance, ResyncCause because, int blocks, long missedEvents, long tookNanos)
            implements RoutingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(because).add(blocks).add(missedEvents).add(tookNanos);
        }
    }

    enum ResyncCause {
        /// First word of this worker.
        NEW_WORKER,
        /// Events were missing.
        GAP,
        /// The worker began a new life.
        RESTARTED,
        /// There is a new connection to the worker.
        RECONNECTED
    }

    /// What a router knows and has heard, in all of this life; written about once a second while it changes.
    /// @param workers that it knows
    /// @param synced those of them whose cache it has heard of
    /// @param blocks in its index
    /// @param sequences under way on workers
    /// @param storedEvents events applied
    /// @param repeatedEvents events that it knew already
    record RouterObserved(
            int workers,
            int synced,
            long blocks,
            int sequences,
            long storedEvents,
            long removedEvents,
            long clearedEvents,
            long repeatedEvents)
            implements RoutingEvent {
        @Override
        public void digest(Digest digest) {
            digest.add(workers)
                    .add(synced)
                    .add(blocks)
                    .add(sequences)
                    .add(storedEvents)
                    .add(removedEvents)
                    .add(clearedEvents)
                    .add(repeatedEvents);
        }
    }
}
