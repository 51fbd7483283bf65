package io.faultline.runtime.prefill;

import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.engine.KvExchange;
import io.faultline.runtime.engine.KvExchange.KvBlocks;
import io.faultline.runtime.event.EventSink;
import io.faultline.runtime.event.PrefillEvent.KvDecline;
import io.faultline.runtime.event.PrefillEvent.KvDeclined;
import io.faultline.runtime.event.PrefillEvent.KvHandedOver;
import io.faultline.runtime.event.PrefillEvent.PrefillFallback;
import io.faultline.runtime.event.PrefillEvent.PrefillFellBack;
import io.faultline.runtime.event.PrefillEvent.PrefillQueued;
import io.faultline.runtime.event.PrefillEvent.PrefillRulesChanged;
import io.faultline.runtime.event.PrefillEvent.PrefillWithdrawn;
import io.faultline.runtime.queue.WorkQueue;
import io.faultline.runtime.queue.WorkQueue.Published;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.seam.NodeServices;
import io.faultline.runtime.transport.Address;
import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.RequestPlaneServer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// A decode worker's side of remote prefill: which of its sequences wait for a prefill worker, and what becomes of
/// them. A sequence that waits ends in exactly one of three ways:
///
/// | event | what is done |
/// |---|---|
/// | all blocks came | they enter the cache, the sequence goes on and finds them there |
/// | [PrefillFallback] | the job is withdrawn, the sequence goes on and is prefilled here |
/// | the sequence was cancelled or left to others | the job is withdrawn |
///
/// Whatever comes for a sequence that waits no more is declined and counted: blocks are used once. A hand-over is
/// fenced by request, attempt and this worker's epoch, and among the deliveries of one job the latest wins. Other
/// sequences never wait for any of this. Confined to the loop.
public final class RemotePrefills implements RequestPlaneServer.HandOverService {
    /// Keys of prefills that were used, kept to tell a second delivery from one that nobody awaits.
    private static final int USED_MAX = 1024;

    private final NodeLoop loop;
    private final WorkQueue queue;
    private final EventSink events;
    private final PrefillConfig config;
    private final KvExchange engine;
    private final int blockTokens;
    private final Owner owner;
    private final long epoch;
    private final PrefillOutlook outlook;
    private final PrefillRulesWatch rules;
    private final Map<Long, Awaited> bySequence = new LinkedHashMap<>();
    private final Map<String, Awaited> byKey = new LinkedHashMap<>();
    private final SequencedSet<String> used = new LinkedHashSet<>();

    /// The worker that waits.
    public interface Owner {
        /// 0 while it is not registered.
        long instance();

        /// Where it takes hand-overs.
        Address address();

        /// The sequence waits no more: it is to go into the engine.
        /// @param cachedTokens that were in the cache before anything was handed over; -1 when nothing was
        void goOn(long sequence, GenerateRequest request, int cachedTokens);
    }

    /// @param engine of the worker
    /// @param blockTokens tokens that a block holds
    public RemotePrefills(
            NodeServices services,
            PrefillConfig config,
            LeaseConfig lease,
            String model,
            KvExchange engine,
            int blockTokens,
            Owner owner) {
        this.loop = services.loop();
        this.queue = services.queue();
        this.events = services.events();
        this.config = config;
        this.engine = engine;
        this.blockTokens = blockTokens;
        this.owner = owner;
        this.epoch = services.random().fork("prefill epoch").nextLong();
        this.outlook = new PrefillOutlook(services, lease, config, model, this::onLastWorkerLeft);
        this.rules = new PrefillRulesWatch(
                loop,
                services.store(),
                model,
                config.rules(),
                lease.reconcileNanos(),
                now -> events.emit(new PrefillRulesChanged(
                        owner.instance(), now.maxLocalPrefillLength(), now.maxPrefillQueueSize())));
    }

    /// A sequence that waits.
    private final class Awaited {
        private final long sequence;
        private final GenerateRequest request;
        private final String key;
        private final PrefillJob job;
        private final long sinceNanos = loop.now();
        private NodeLoop.Timer patience = () -> {};
        private NodeLoop.Timer retry = () -> {};
        private int tries;
        /// In the queue; 0 as long as that is not known.
        private long message;
        private @Nullable Incoming incoming;

        Awaited(long sequence, GenerateRequest request, PrefillJob job) {
            this.sequence = sequence;
            this.request = request;
            this.key = PrefillJob.key(request.requestId(), request.attempt());
            this.job = job;
        }

        long waitedNanos() {
            return loop.now() - sinceNanos;
        }
    }

    /// Blocks that are coming.
    private static final class Incoming {
        private final Connection connection;
        private final Frame.HandOverOffer offer;
        private long parent;
        private long[] hashes = {};
        private long bytes;
        private long firstAtNanos;

        Incoming(Connection connection, Frame.HandOverOffer offer) {
            this.connection = connection;
            this.offer = offer;
        }

        void add(Frame.HandOverBlocks blocks, long now) {
            if (hashes.length == 0) {
                parent = blocks.parent();
                firstAtNanos = now;
            }
            int before = hashes.length;
            hashes = Arrays.copyOf(hashes, before + blocks.hashes().length);
            System.arraycopy(blocks.hashes(), 0, hashes, before, blocks.hashes().length);
            bytes += blocks.bytes();
        }
    }

    public void start() {
        outlook.start();
        rules.start();
    }

    /// Nobody is waited for any more; nobody is told.
    public void close() {
        outlook.close();
        rules.close();
        for (Awaited awaited : List.copyOf(bySequence.values())) {
            end(awaited);
        }
    }

    /// Sequences that wait.
    public int waiting() {
        return bySequence.size();
    }

    /// Has the sequence's prompt prefilled elsewhere, if that is worth it and possible now; then the owner hears of
    /// it later, unless it withdraws it. False when it should be prefilled here at once.
    public boolean begin(long sequence, GenerateRequest request) {
        int[] tokens = request.tokens();
        int whole = (tokens.length - 1) / blockTokens;
        // Hashing a prompt to look it up costs something, which a short one is not worth.
        if (whole * blockTokens <= rules.rules().maxLocalPrefillLength()) {
            return false;
        }
        int cached = engine.cachedTokens(tokens);
        int uncached = whole * blockTokens - cached;
        PrefillPolicy.Situation situation = outlook.situation(uncached);
        if (!PrefillPolicy.isRemote(rules.rules(), situation)) {
            return false;
        }
        PrefillJob job = new PrefillJob(
                request.requestId(),
                request.attempt(),
                epoch,
                request.model(),
                Arrays.copyOf(tokens, whole * blockTokens),
                cached / blockTokens,
                request.priority(),
                owner.address(),
                config.patienceNanos());
        Awaited awaited = new Awaited(sequence, request, job);
        bySequence.put(sequence, awaited);
        byKey.put(awaited.key, awaited);
        awaited.patience = loop.after(config.patienceNanos(), () -> fallBack(awaited, PrefillFallback.TOO_LATE));
        events.emit(new PrefillQueued(
                owner.instance(), request.requestId(), request.attempt(), uncached, situation.queueWaiting()));
        outlook.published();
        publish(awaited);
        return true;
    }

    /// The sequence is not wanted any more. Nothing happens when it does not wait.
    public void withdraw(long sequence) {
        Awaited awaited = bySequence.get(sequence);
        if (awaited != null) {
            long waited = awaited.waitedNanos();
            takeBack(awaited);
            events.emit(new PrefillWithdrawn(
                    owner.instance(), awaited.request.requestId(), awaited.request.attempt(), waited));
        }
    }

    private void publish(Awaited awaited) {
        awaited.tries++;
        PrefillJob job = awaited.job;
        queue.publish(config.queue(), job.messageId(), job.encode(), reply -> onPublished(awaited, reply));
    }

    private void onPublished(Awaited awaited, Reply<Published> reply) {
        boolean isAwaited = bySequence.get(awaited.sequence) == awaited;
        switch (reply) {
            case Reply.Ok<Published>(Published published) -> {
                awaited.message = published.sequence();
                if (!isAwaited && !used.contains(awaited.key)) {
                    withdrawMessage(awaited);
                }
            }
            case Reply.Refused<Published> _ -> fallBack(awaited, PrefillFallback.QUEUE_FULL);
            case Reply.Unavailable<Published> _, Reply.Gone<Published> _ -> {
                if (isAwaited && awaited.tries < config.publishTriesMax()) {
                    long wait = config.publishRetryNanos() << (awaited.tries - 1);
                    awaited.retry = loop.after(wait, () -> publish(awaited));
                } else {
                    fallBack(awaited, PrefillFallback.QUEUE_UNREACHABLE);
                }
            }
        }
    }

    /// Jobs whose blocks are coming are left alone: their worker is there, whatever discovery says.
    private void onLastWorkerLeft() {
        for (Awaited awaited : List.copyOf(bySequence.values())) {
            if (awaited.incoming == null) {
                fallBack(awaited, PrefillFallback.NO_WORKERS);
            }
        }
    }

    private void fallBack(Awaited awaited, PrefillFallback why) {
        if (bySequence.get(awaited.sequence) != awaited) {
            return;
        }
        long waited = awaited.waitedNanos();
        takeBack(awaited);
        outlook.failed();
        events.emit(new PrefillFellBack(
                owner.instance(), awaited.request.requestId(), awaited.request.attempt(), why, waited));
        owner.goOn(awaited.sequence, awaited.request, -1);
    }

    private void takeBack(Awaited awaited) {
        end(awaited);
        withdrawMessage(awaited);
        Incoming incoming = awaited.incoming;
        if (incoming != null) {
            decline(incoming.connection, incoming.offer.transfer());
        }
    }

    /// As well as it can: a job that stays in the queue all the same is declined when it comes.
    private void withdrawMessage(Awaited awaited) {
        if (awaited.message != 0) {
            queue.withdraw(config.queue(), awaited.message, _ -> {});
        }
    }

    private void end(Awaited awaited) {
        bySequence.remove(awaited.sequence);
        byKey.remove(awaited.key, awaited);
        awaited.patience.cancel();
        awaited.retry.cancel();
    }

    // ---- hand-overs

    @Override
    public void received(Connection from, Frame.HandOver frame) {
        switch (frame) {
            case Frame.HandOverOffer offer -> offered(from, offer);
            case Frame.HandOverBlocks blocks -> took(from, blocks);
            case Frame.HandOverVerdict _, Frame.HandOverTaken _ -> decline(from, frame.transfer());
        }
    }

    @Override
    public void closed(Connection from) {
        for (Awaited awaited : bySequence.values()) {
            if (awaited.incoming != null && awaited.incoming.connection.equals(from)) {
                awaited.incoming = null;
            }
        }
    }

    private void offered(Connection from, Frame.HandOverOffer offer) {
        String key = PrefillJob.key(offer.request(), offer.attempt());
        Awaited awaited = byKey.get(key);
        if (offer.epoch() != epoch) {
            decline(from, offer, KvDecline.OTHER_EPOCH);
        } else if (awaited == null) {
            decline(from, offer, used.contains(key) ? KvDecline.USED : KvDecline.NOT_AWAITED);
        } else {
            Incoming before = awaited.incoming;
            if (before != null && before.offer.delivery() > offer.delivery()) {
                decline(from, offer, KvDecline.NOT_AWAITED);
                return;
            }
            awaited.incoming = new Incoming(from, offer);
            if (before != null && !isSame(before, from, offer.transfer())) {
                decline(before.connection, before.offer.transfer());
            }
            from.send(new Frame.HandOverVerdict(offer.transfer(), true));
        }
    }

    private void took(Connection from, Frame.HandOverBlocks blocks) {
        for (Awaited awaited : bySequence.values()) {
            Incoming incoming = awaited.incoming;
            if (incoming != null && isSame(incoming, from, blocks.transfer())) {
                incoming.add(blocks, loop.now());
                if (blocks.last()) {
                    use(awaited, incoming);
                }
                from.send(new Frame.HandOverTaken(blocks.transfer(), incoming.hashes.length, blocks.last()));
                return;
            }
        }
        decline(from, blocks.transfer());
    }

    private void use(Awaited awaited, Incoming incoming) {
        end(awaited);
        used.addLast(awaited.key);
        if (used.size() > USED_MAX) {
            used.removeFirst();
        }
        outlook.succeeded();
        int cachedBefore = engine.cachedTokens(awaited.request.tokens());
        engine.take(new KvBlocks(incoming.parent, incoming.hashes));
        events.emit(new KvHandedOver(
                owner.instance(),
                awaited.request.requestId(),
                awaited.request.attempt(),
                epoch,
                incoming.offer.from(),
                incoming.hashes.length,
                incoming.bytes,
                loop.now() - incoming.firstAtNanos,
                awaited.waitedNanos()));
        owner.goOn(awaited.sequence, awaited.request, cachedBefore);
    }

    private static boolean isSame(Incoming incoming, Connection connection, long transfer) {
        return incoming.connection.equals(connection) && incoming.offer.transfer() == transfer;
    }

    private void decline(Connection to, Frame.HandOverOffer offer, KvDecline why) {
        events.emit(new KvDeclined(owner.instance(), offer.request(), offer.attempt(), why));
        decline(to, offer.transfer());
    }

    private static void decline(Connection to, long transfer) {
        to.send(new Frame.HandOverVerdict(transfer, false));
    }
}
