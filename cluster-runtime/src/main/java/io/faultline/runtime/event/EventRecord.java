package io.faultline.runtime.event;

import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.PriorityClass;
import io.faultline.runtime.request.RejectReason;
import io.faultline.runtime.request.StopReason;
import io.faultline.runtime.seam.NodeId;
import java.util.Locale;

/// What can happen in a cluster. Instances are named by their id, requests by theirs; durations are
/// nanoseconds. Every component of a record goes into the digest, in order.
public sealed interface EventRecord {
    void digest(Digest digest);

    // ---- nodes

    /// A node began to run. `role`: frontend, decode, store, client ...
    record NodeStarted(NodeRole role) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(role);
        }
    }

    /// A node was asked to stop and takes no new work from now on.
    /// @param open streams or requests under way
    /// @param handsOver true when those that can be moved are handed over at once, false when all may end first
    /// @param graceNanos longest time until what is left is cut short
    record NodeDraining(int open, boolean handsOver, long graceNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(open).add(handsOver).add(graceNanos);
        }
    }

    /// A node ended.
    /// @param detail one line on the circumstances: what was drained, handed over or cut short, or what it died of
    record NodeStopped(StopKind how, String detail) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(how).add(detail);
        }
    }

    enum NodeRole {
        STORE,
        FRONTEND,
        ROUTER,
        PREFILL,
        DECODE,
        QUEUE,
        PLANNER,
        ORCHESTRATOR,
        /// What workers run on; not a process.
        MACHINE,
        CLIENT,
        OPERATOR;

        /// Name of the node of this role with that number: `decode-2`.
        public NodeId nodeId(int number) {
            return new NodeId(name().toLowerCase(Locale.ROOT) + '-' + number);
        }
    }

    enum StopKind {
        /// It was asked to.
        STOPPED,
        /// From outside, at once.
        KILLED,
        /// By itself, because it could not go on.
        FAILED
    }

    // ---- discovery

    /// A worker's registration was acknowledged by the store.
    record InstanceRegistered(
            long instance, String component, String model, int kvBlocks, int kvBlockTokens, long leaseTtlNanos)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(component)
                    .add(model)
                    .add(kvBlocks)
                    .add(kvBlockTokens)
                    .add(leaseTtlNanos);
        }
    }

    /// The store dropped a lease and what was registered under it.
    /// @param expired true when its time ran out, false when its owner gave it back
    record LeaseEnded(long lease, boolean expired) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(lease).add(expired);
        }
    }

    /// A frontend's view of discovery gained or lost an instance.
    record InstanceSeen(long instance, String node, boolean present) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(node).add(present);
        }
    }

    /// A frontend set an instance aside.
    /// @param evidence what it saw, for people
    record InstanceInhibited(long instance, ErrorType because, String evidence) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(because).add(evidence);
        }
    }

    /// A frontend took an instance back.
    record InstanceReinstated(long instance, long inhibitedNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(inhibitedNanos);
        }
    }

    // ---- requests

    record RequestReceived(
            String request,
            String model,
            ApiEndpoint endpoint,
            boolean streaming,
            int promptTokens,
            int maxTokens,
            PriorityClass priority)
            implements EventRecord {
        /// Of normal priority.
        public RequestReceived(
                String request,
                String model,
                ApiEndpoint endpoint,
                boolean streaming,
                int promptTokens,
                int maxTokens) {
            this(request, model, endpoint, streaming, promptTokens, maxTokens, PriorityClass.NORMAL);
        }

        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(model)
                    .add(endpoint)
                    .add(streaming)
                    .add(promptTokens)
                    .add(maxTokens)
                    .add(priority);
        }
    }

    /// The router chose. `candidates` is how many instances it could choose from.
    record RequestRouted(String request, int attempt, long instance, int candidates) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(instance).add(candidates);
        }
    }

    /// The first token reached the frontend.
    record FirstToken(String request, long instance, long ttftNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(instance).add(ttftNanos);
        }
    }

    /// So many tokens were delivered to the client up to now; written every
    /// [io.faultline.runtime.frontend.FrontendConfig#progressTokens] tokens and at every change of worker.
    record TokensDelivered(String request, long instance, int total) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(instance).add(total);
        }
    }

    /// A request's attempt broke and the request is to continue elsewhere.
    /// @param type `new_request` when no token had been delivered by that attempt's stream set-up, otherwise
    ///     `ongoing_request`
    /// @param replayTokens prompt and delivered tokens that the next worker has to prefill
    record MigrationStarted(
            String request, int attempt, long from, MigrationType type, ErrorType because, int replayTokens)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(from).add(type).add(because).add(replayTokens);
        }
    }

    /// The request produced its next token on another worker.
    /// @param gapNanos from the break to that token
    /// @param recomputedTokens prompt tokens that were prefilled again because no cached block held them
    record MigrationCompleted(
            String request, int attempt, long from, long to, MigrationType type, long gapNanos, int recomputedTokens)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(attempt)
                    .add(from)
                    .add(to)
                    .add(type)
                    .add(gapNanos)
                    .add(recomputedTokens);
        }
    }

    /// No further attempt: budget, length cap, deadline, or nobody left to go to.
    record MigrationFailed(String request, int attempt, long from, MigrationType type, ErrorType because)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(from).add(type).add(because);
        }
    }

    /// A request has grown so long that it is not moved any more; told once.
    record MigrationCapExceeded(String request, int sequenceTokens, int capTokens) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(sequenceTokens).add(capTokens);
        }
    }

    enum MigrationType {
        NEW_REQUEST("new_request"),
        ONGOING_REQUEST("ongoing_request");

        private final String label;

        MigrationType(String label) {
            this.label = label;
        }

        /// Value of the metrics' `migration_type` label.
        public String label() {
            return label;
        }
    }

    record RequestCompleted(
            String request,
            FinishReason reason,
            int promptTokens,
            int completionTokens,
            int cachedTokens,
            long durationNanos)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(reason)
                    .add(promptTokens)
                    .add(completionTokens)
                    .add(cachedTokens)
                    .add(durationNanos);
        }
    }

    record RequestFailed(String request, ErrorType type, String message, long durationNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(type).add(message).add(durationNanos);
        }
    }

    record RequestCancelled(String request, StopReason reason, int deliveredTokens, long durationNanos)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(reason).add(deliveredTokens).add(durationNanos);
        }
    }

    /// A request was refused before any work was done for it.
    /// @param instances routable instances of its model at that moment
    /// @param busy those of them that were over a busy threshold
    /// @param inFlight requests of its model that the frontend had admitted
    /// @param limit how many it would have admitted; -1 when nothing limits it
    record RequestRejected(
            String request,
            ErrorType type,
            RejectReason reason,
            int instances,
            int busy,
            int inFlight,
            int limit,
            long durationNanos,
            PriorityClass priority)
            implements EventRecord {
        /// Of normal priority.
        public RequestRejected(
                String request,
                ErrorType type,
                RejectReason reason,
                int instances,
                int busy,
                int inFlight,
                int limit,
                long durationNanos) {
            this(request, type, reason, instances, busy, inFlight, limit, durationNanos, PriorityClass.NORMAL);
        }

        @Override
        public void digest(Digest digest) {
            digest.add(request)
                    .add(type)
                    .add(reason)
                    .add(instances)
                    .add(busy)
                    .add(inFlight)
                    .add(limit)
                    .add(durationNanos)
                    .add(priority);
        }
    }

    // ---- routers

    /// A router knows enough to be asked, and enters discovery.
    /// @param workers that it knows
    /// @param synced those of them whose cache it has heard of
    /// @param blocks in its index
    /// @param tookNanos since it started
    record RouterReady(long instance, int workers, int synced, long blocks, long tookNanos) implements EventRecord {
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
            implements EventRecord {
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
    record RouterFallbackStarted(String mode, String because) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(mode).add(because);
        }
    }

    /// A router answers a frontend again.
    /// @param requests for which the frontend chose by itself meanwhile
    record RouterFallbackEnded(long nanos, long requests) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(nanos).add(requests);
        }
    }

    /// A router's answer was no use to a frontend, which has the last word; it chose by itself.
    record RouteDeclined(String request, int attempt, String because) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(attempt).add(because);
        }
    }

    /// A router brought its picture of a worker's KV cache up to date.
    /// @param blocks that the worker holds
    /// @param missedEvents that were told again; -1 when the whole content was told
    record KvIndexResynced(long instance, ResyncCause because, int blocks, long missedEvents, long tookNanos)
            implements EventRecord {
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
            implements EventRecord {
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

    // ---- load and admission

    /// A worker told the frontends how loaded it is; written when that differs from what it told last.
    /// @param activeDecodeBlocks KV blocks referenced by sequences
    /// @param activePrefillTokens prompt tokens still to be computed
    /// @param running sequences in the batch
    /// @param waiting sequences in the queue
    record LoadReported(
            long instance, int activeDecodeBlocks, int kvBlocks, int activePrefillTokens, int running, int waiting)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(activeDecodeBlocks)
                    .add(kvBlocks)
                    .add(activePrefillTokens)
                    .add(running)
                    .add(waiting);
        }
    }

    /// An instance crossed a busy threshold in a frontend's eyes, which adds to the instance's report what it sent
    /// there since.
    record InstanceBusy(long instance, boolean busy, int activeDecodeBlocks, long activePrefillTokens)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(busy).add(activeDecodeBlocks).add(activePrefillTokens);
        }
    }

    /// A frontend uses other busy thresholds from now on; -1 = none.
    /// @param decodeBlocks share of an instance's KV blocks
    /// @param prefillTokens prompt tokens still to be computed
    /// @param prefillShare the same as a multiple of the tokens that an iteration takes
    /// @param by who changed them
    record BusyThresholdsChanged(String model, double decodeBlocks, long prefillTokens, double prefillShare, String by)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(model)
                    .add(decodeBlocks)
                    .add(prefillTokens)
                    .add(prefillShare)
                    .add(by);
        }
    }

    /// A frontend's adaptive limit of requests in flight moved noticeably.
    /// @param ttftRatio times to first token of late, as a multiple of the uncongested ones; 0 = unknown
    /// @param itlRatio the same of the times between tokens
    record AdmissionLimitChanged(
            String model, int limit, int inFlight, int instances, double ttftRatio, double itlRatio)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(model)
                    .add(limit)
                    .add(inFlight)
                    .add(instances)
                    .add(ttftRatio)
                    .add(itlRatio);
        }
    }

    // ---- workers

    /// A worker finished one engine iteration.
    /// @param prefillTokens prompt tokens computed in it
    /// @param decodeTokens tokens generated in it
    /// @param running sequences in the batch
    /// @param waiting sequences in the queue
    /// @param usedBlocks KV blocks referenced by sequences
    /// @param cachedBlocks KV blocks kept for reuse only
    /// @param stepNanos how long it took
    record EngineStepped(
            long instance,
            int prefillTokens,
            int decodeTokens,
            int running,
            int waiting,
            int usedBlocks,
            int cachedBlocks,
            long stepNanos)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(prefillTokens)
                    .add(decodeTokens)
                    .add(running)
                    .add(waiting)
                    .add(usedBlocks)
                    .add(cachedBlocks)
                    .add(stepNanos);
        }
    }

    /// A worker took a sequence into its engine.
    /// @param attempt of the request
    /// @param tokens prompt, and what earlier attempts delivered
    record SequenceOpened(long instance, String request, int attempt, int tokens) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(tokens);
        }
    }

    /// A worker is done with a sequence.
    /// @param tokens that it came with
    /// @param cachedTokens how many of them were found in the KV cache when they were first computed
    /// @param durationNanos since it was opened
    record SequenceEnded(
            long instance, String request, SequenceEnd how, int tokens, int cachedTokens, long durationNanos)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance)
                    .add(request)
                    .add(how)
                    .add(tokens)
                    .add(cachedTokens)
                    .add(durationNanos);
        }
    }

    enum SequenceEnd {
        FINISHED,
        CANCELLED,
        FAILED,
        /// The worker shut down; the request goes on elsewhere.
        LEFT_TO_OTHERS
    }

    /// A running sequence lost its KV blocks to others and waits again.
    record SequencePreempted(long instance, String request, int computedTokens) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(computedTokens);
        }
    }

    /// A worker dropped a sequence because it was cancelled.
    record SequenceReleased(long instance, String request, int freedBlocks) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(freedBlocks);
        }
    }

    // ---- queues

    /// A queue's backlog; written at intervals while it changes or grows older.
    /// @param waiting messages that nobody has
    /// @param inDelivery messages that somebody works at
    /// @param oldestNanos age of the oldest of both
    record QueueObserved(String queue, int waiting, int inDelivery, long oldestNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(queue).add(waiting).add(inDelivery).add(oldestNanos);
        }
    }

    /// A queue gave a message up that nobody acknowledged.
    /// @param deliveries how often it was delivered
    record QueueMessageDropped(String queue, String message, int deliveries, String why) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(queue).add(message).add(deliveries).add(why);
        }
    }

    // ---- remote prefill: `instance` is the decode worker's where a decode worker writes, else the prefill worker's

    /// A decode worker asked for a prompt to be prefilled elsewhere, and waits.
    /// @param uncachedTokens prompt tokens that its own cache does not hold
    /// @param queueWaiting messages that waited in the queue when this was decided
    record PrefillQueued(long instance, String request, int attempt, int uncachedTokens, int queueWaiting)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(uncachedTokens).add(queueWaiting);
        }
    }

    /// A prefill worker took a job.
    /// @param delivery how often the job was delivered so far, this time included
    /// @param queuedNanos since it was published
    record PrefillStarted(long instance, String request, int attempt, int delivery, long queuedNanos)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(delivery).add(queuedNanos);
        }
    }

    /// A prefill worker computed a job's blocks and holds them.
    /// @param cachedTokens found in its own cache
    /// @param nanos since it took the job
    record PrefillComputed(long instance, String request, int attempt, int tokens, int cachedTokens, long nanos)
            implements EventRecord {
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
    record PrefillDropped(long instance, String request, int attempt, PrefillDrop why) implements EventRecord {
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
    record KvSpooled(long instance, String request, int attempt, long bytes, long spooledBytes) implements EventRecord {
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
            implements EventRecord {
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
            implements EventRecord {
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
    record KvDeclined(long instance, String request, int attempt, KvDecline why) implements EventRecord {
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
            implements EventRecord {
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
    record PrefillWithdrawn(long instance, String request, int attempt, long waitedNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(request).add(attempt).add(waitedNanos);
        }
    }

    /// A decode worker decides by these values from now on.
    /// @param maxLocalPrefillLength uncached prompt tokens up to which it prefills by itself
    /// @param maxQueueSize waiting messages from which on it prefills by itself
    record PrefillRulesChanged(long instance, int maxLocalPrefillLength, int maxQueueSize) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(maxLocalPrefillLength).add(maxQueueSize);
        }
    }

    // ---- health

    /// A worker's verdict on itself changed.
    /// @param instance as it was registered when the verdict changed; 0 = not registered
    /// @param check what found it
    /// @param evidence what was seen, for people
    record HealthChanged(long instance, WorkerHealth health, HealthCheck check, String evidence)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(health).add(check).add(evidence);
        }
    }

    enum WorkerHealth {
        HEALTHY,
        /// Its engine does not answer as it should; it may recover.
        UNHEALTHY,
        /// Its engine is dead; only a new process helps.
        DEAD
    }

    enum HealthCheck {
        /// A small request through the engine.
        CANARY,
        /// The engine's own word.
        ENGINE
    }

    /// A canary came to its end.
    /// @param nanos from its submission to its last token, or to the verdict
    /// @param detail what was missing when it failed, otherwise empty
    record CanaryEnded(long instance, boolean passed, long nanos, String detail) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(instance).add(passed).add(nanos).add(detail);
        }
    }

    // ---- planner and orchestrator

    /// The planner's verdict on a pool at the end of an interval, with all that it was reached from.
    /// @param decision number of the last decision that was written
    /// @param from workers wanted before
    /// @param to workers wanted from now on
    /// @param ready workers in discovery
    /// @param reporting those of them whose load is known
    /// @param kvUse share of their KV blocks that sequences reference
    /// @param queued requests that wait at them
    /// @param queueTrend by how much more wait per worker than an interval ago
    /// @param badIntervals harmful intervals in a row since a decision that took workers away
    /// @param holdOffIntervals for how many more nothing is taken away
    record PlannerDecided(
            long decision,
            NodeRole pool,
            DecisionKind kind,
            int from,
            int to,
            int ready,
            int reporting,
            double kvUse,
            double queued,
            double queueTrend,
            int badIntervals,
            int holdOffIntervals,
            String why)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(decision)
                    .add(pool)
                    .add(kind)
                    .add(from)
                    .add(to)
                    .add(ready)
                    .add(reporting)
                    .add(kvUse)
                    .add(queued)
                    .add(queueTrend)
                    .add(badIntervals)
                    .add(holdOffIntervals)
                    .add(why);
        }
    }

    enum DecisionKind {
        /// Nothing changes.
        HOLD,
        UP,
        DOWN,
        /// A decision is undone.
        ROLL_BACK,
        /// Against its own judgement.
        FORCED,
        /// The target was written for the first time or again, or taken over from the store.
        ESTABLISHED
    }

    /// An orchestrator gives the orders from now on.
    /// @param epoch orders of a lower one are refused
    /// @param running managed processes that it found
    record OrchestratorTookOver(long epoch, int machines, int running) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(epoch).add(machines).add(running);
        }
    }

    /// A machine came, went, or came back.
    /// @param gpus slots for workers
    record MachineChanged(String machine, int gpus, boolean up, String why) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(machine).add(gpus).add(up).add(why);
        }
    }

    /// Nothing new is started on a machine from now on; what runs there stays.
    /// @param by a person, or the orchestrator itself
    /// @param forNanos how long; 0 = until somebody lifts it
    record MachineCordoned(String machine, String by, String why, long forNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(machine).add(by).add(why).add(forNanos);
        }
    }

    record MachineUncordoned(String machine, String by) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(machine).add(by);
        }
    }

    /// The orchestrator ordered a process to be started.
    /// @param machine empty = on no machine of the pool
    /// @param start how often it was ordered, from 1
    record ProcessPlaced(String process, NodeRole role, String machine, int start) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(role).add(machine).add(start);
        }
    }

    /// There is no machine for a process.
    record ProcessUnplaced(String process, String why) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(why);
        }
    }

    /// The orchestrator ordered a process to stop for good.
    record ProcessRetired(String process, String machine, String why) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(machine).add(why);
        }
    }

    /// A process ended that should run.
    /// @param failures ends in a row, each soon after its start
    /// @param delayNanos until it is started again
    record RestartScheduled(String process, String machine, int failures, long delayNanos, String why)
            implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(process).add(machine).add(failures).add(delayNanos).add(why);
        }
    }

    // ---- clients

    /// A load-generating client got its whole answer and compared it with the undisturbed one.
    /// @param longestGapNanos longest wait between two deltas
    record AnswerChecked(String request, boolean identical, int tokens, long longestGapNanos) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(request).add(identical).add(tokens).add(longestGapNanos);
        }
    }

    // ---- faults

    /// @param fault id of this injection
    /// @param kind as in playbooks, e.g. `worker-kill`
    /// @param target node or link
    /// @param by who asked: a playbook run or a person
    record FaultInjected(String fault, String kind, String target, String by) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(fault).add(kind).add(target).add(by);
        }
    }

    record FaultRecovered(String fault, String kind, String target, String how) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(fault).add(kind).add(target).add(how);
        }
    }

    // ---- playbooks

    record PlaybookStarted(String run, String playbook, String by) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(run).add(playbook).add(by);
        }
    }

    /// @param phase preflight, steady-state-hypothesis, method, rollbacks, verify, expect
    /// @param status running, passed, failed, skipped
    record PlaybookStepped(String run, String phase, String step, String status, String detail) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(run).add(phase).add(step).add(status).add(detail);
        }
    }

    /// @param verdict passed, failed, aborted, inconclusive
    record PlaybookFinished(String run, String verdict, String why) implements EventRecord {
        @Override
        public void digest(Digest digest) {
            digest.add(run).add(verdict).add(why);
        }
    }
}
