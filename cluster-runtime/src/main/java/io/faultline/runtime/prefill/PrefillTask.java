package io.faultline.runtime.prefill;

import io.faultline.runtime.engine.KvExchange.KvBlocks;
import io.faultline.runtime.event.PrefillEvent.KvSpooled;
import io.faultline.runtime.event.PrefillEvent.KvUnspooled;
import io.faultline.runtime.event.PrefillEvent.PrefillComputed;
import io.faultline.runtime.event.PrefillEvent.PrefillDrop;
import io.faultline.runtime.event.PrefillEvent.PrefillDropped;
import io.faultline.runtime.queue.WorkQueue.Reply;
import io.faultline.runtime.queue.WorkQueue.Settlement;
import io.faultline.runtime.seam.NodeLoop;
import io.faultline.runtime.transport.Frame;
import org.jspecify.annotations.Nullable;

/// One job on a prefill worker. Two things go on side by side: the blocks are computed, and the decode worker is
/// asked whether it wants them. When both are there they are sent; when the decode worker cannot be reached they
/// go to the spool, which frees the engine, and the decode worker is asked again and again until the job's time is
/// over.
///
/// | blocks are | decode worker | what is done |
/// |---|---|---|
/// | in the engine | wants them | sent |
/// | in the engine | cannot be reached | written to the spool |
/// | in the spool | wants them | read, and sent |
///
/// It ends once: used, or dropped for a [PrefillDrop]. Then the engine and the spool hold nothing of it, and the
/// queue has its word. Confined to the loop.
final class PrefillTask implements HandOverClient.Listener {
    /// What a job that went back to the queue waits there before somebody gets it.
    private static final long RETURN_NANOS = 100_000_000L;

    private final PrefillWorkbench bench;
    private final PrefillJob job;
    private final long message;
    private final long sequence;
    private final long startedNanos;
    private final NodeLoop.Timer deadline;
    private int delivery;
    private NodeLoop.Timer word = () -> {};
    private NodeLoop.Timer retry = () -> {};
    private long retryNanos;
    private HandOverClient.@Nullable Transfer transfer;
    private boolean wanted;
    private boolean sending;
    private Place place = Place.COMPUTING;
    private @Nullable KvBlocks blocks;
    private long spooledAtNanos;
    private boolean over;

    /// Where the blocks are.
    private enum Place {
        COMPUTING,
        ENGINE,
        ON_THE_WAY_TO_SPOOL,
        SPOOL
    }

    /// @param leftNanos until nobody waits any more
    PrefillTask(PrefillWorkbench bench, PrefillJob job, long message, int delivery, long sequence, long leftNanos) {
        this.bench = bench;
        this.job = job;
        this.message = message;
        this.delivery = delivery;
        this.sequence = sequence;
        this.startedNanos = bench.loop().now();
        this.retryNanos = bench.config().transfer().retryMinNanos();
        this.deadline = bench.loop().after(leftNanos, () -> drop(PrefillDrop.TOO_LATE));
    }

    void start() {
        sayInProgress();
        offer();
    }

    long sequence() {
        return sequence;
    }

    long message() {
        return message;
    }

    /// The queue had given it up, and gave it to this worker again.
    void deliveredAgain(int number) {
        delivery = number;
    }

    /// The engine has computed the prompt.
    void computed(int cachedTokens) {
        blocks = bench.exchange().export(sequence, job.skippedBlocks());
        place = Place.ENGINE;
        bench.events()
                .emit(new PrefillComputed(
                        bench.instance(),
                        job.request(),
                        job.attempt(),
                        job.tokens().length,
                        cachedTokens,
                        bench.loop().now() - startedNanos));
        goOn();
    }

    /// Ends it without a hand-over.
    void drop(PrefillDrop why) {
        if (over) {
            return;
        }
        bench.events().emit(new PrefillDropped(bench.instance(), job.request(), job.attempt(), why));
        switch (why) {
            case UNWANTED -> end(new Settlement.Ack());
            case TOO_LATE, IMPOSSIBLE -> end(new Settlement.Term());
            case RETURNED -> end(new Settlement.Nak(RETURN_NANOS));
            case WITHDRAWN -> end(null);
        }
    }

    // ---- the decode worker

    private void offer() {
        transfer = bench.handOvers()
                .offer(
                        job.to(),
                        new Frame.HandOverOffer(
                                0, job.request(), job.attempt(), job.epoch(), bench.instance(), delivery),
                        this);
    }

    @Override
    public void wanted() {
        wanted = true;
        retryNanos = bench.config().transfer().retryMinNanos();
        goOn();
    }

    @Override
    public void unwanted() {
        transfer = null;
        drop(PrefillDrop.UNWANTED);
    }

    @Override
    public void used() {
        transfer = null;
        end(new Settlement.Ack());
    }

    @Override
    public void lost() {
        transfer = null;
        wanted = false;
        sending = false;
        retry = bench.loop().after(retryNanos, this::offer);
        retryNanos = Math.min(2 * retryNanos, bench.config().transfer().retryMaxNanos());
        goOn();
    }

    private void goOn() {
        HandOverClient.Transfer open = transfer;
        switch (place) {
            case COMPUTING, ON_THE_WAY_TO_SPOOL -> {
                // Its end comes back here.
            }
            case ENGINE -> {
                if (open == null) {
                    spool();
                } else if (wanted) {
                    send(open);
                }
            }
            case SPOOL -> {
                if (open != null && wanted && !sending) {
                    sending = true;
                    bench.spool().read(message, () -> onRead(open));
                }
            }
        }
    }

    private void onRead(HandOverClient.Transfer open) {
        if (transfer == open && place == Place.SPOOL && blocks != null) {
            open.send(blocks);
        }
    }

    private void send(HandOverClient.Transfer open) {
        if (!sending && blocks != null) {
            sending = true;
            open.send(blocks);
        }
    }

    // ---- the spool

    private void spool() {
        long bytes = bytes();
        if (bench.spool().write(message, bytes, this::onSpooled)) {
            place = Place.ON_THE_WAY_TO_SPOOL;
        } else {
            drop(PrefillDrop.RETURNED);
        }
    }

    private void onSpooled() {
        place = Place.SPOOL;
        spooledAtNanos = bench.loop().now();
        bench.engine().cancel(sequence);
        bench.events()
                .emit(new KvSpooled(
                        bench.instance(),
                        job.request(),
                        job.attempt(),
                        bytes(),
                        bench.spool().bytes()));
        goOn();
    }

    private long bytes() {
        return blocks == null ? 0 : bench.handOvers().bytes(blocks.hashes().length);
    }

    private void unspool() {
        boolean was = place == Place.SPOOL;
        bench.spool().drop(message);
        if (was) {
            bench.events()
                    .emit(new KvUnspooled(
                            bench.instance(),
                            job.request(),
                            job.attempt(),
                            bytes(),
                            bench.spool().bytes(),
                            bench.loop().now() - spooledAtNanos));
        }
    }

    // ---- the queue

    private void sayInProgress() {
        word = bench.loop().after(bench.config().inProgressNanos(), () -> {
            bench.settle(message, delivery, new Settlement.InProgress(), reply -> {
                if (reply instanceof Reply.Gone<?>) {
                    drop(PrefillDrop.WITHDRAWN);
                }
            });
            sayInProgress();
        });
    }

    private void end(@Nullable Settlement how) {
        over = true;
        deadline.cancel();
        word.cancel();
        retry.cancel();
        if (transfer != null) {
            transfer.cancel();
            transfer = null;
        }
        bench.engine().cancel(sequence);
        unspool();
        if (how != null) {
            bench.settle(message, delivery, how, _ -> {});
        }
        bench.ended(this);
    }
}
