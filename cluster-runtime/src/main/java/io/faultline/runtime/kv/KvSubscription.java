package io.faultline.runtime.kv;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps one worker's part of an index equal to the worker's cache, whatever becomes of the messages between them:
/// they may be lost, repeated and out of order, and the worker may begin a new life under its old name.
///
/// Events are applied in the order of their numbers, each once. A number that is missing, a life that is not the known
/// one, or a new connection makes it ask for what it lacks, again and again until there is an answer. Answers carry
/// the number of their question, so a late one to an earlier question changes nothing. Confined to the loop.
public final class KvSubscription {
    private final NodeLoop loop;
    private final KvFeedConfig config;
    private final KvIndex index;
    private final int worker;
    private final Asker asker;
    private final Listener listener;
    private long epoch;
    private long next;
    private int held;
    private boolean isSynced;
    private long asked;
    /// Number of the question that waits for its answer; 0 = none.
    private long open;

    private Cause cause = Cause.NEW;
    private long openedNanos;
    private long retryNanos;
    private NodeLoop.Timer retry = () -> {};
    private long @Nullable [][] parts;
    private int partsLeft;

    /// Sends a question to the worker.
    public interface Asker {
        void follow(long question, long epoch, long next);
    }

    /// Why the index had to be brought up to date.
    public enum Cause {
        /// First word of this worker.
        NEW,
        /// Events were missing.
        GAP,
        /// The worker began a new life.
        RESTARTED,
        /// A new connection to the worker.
        RECONNECTED
    }

    public interface Listener {
        /// @param blocks that the worker holds now
        /// @param events that were missed and told again; -1 when the whole content was told
        void resynced(Cause cause, int blocks, long events, long tookNanos);

        /// An event was applied.
        void applied(KvEvent event);

        /// Events came that were known already.
        void repeated(int events);
    }

    /// @param worker its number in the index
    public KvSubscription(
            NodeLoop loop, KvFeedConfig config, KvIndex index, int worker, Asker asker, Listener listener) {
        this.loop = loop;
        this.config = config;
        this.index = index;
        this.worker = worker;
        this.asker = asker;
        this.listener = listener;
        this.retryNanos = config.retryMinNanos();
    }

    /// There is a new connection to the worker.
    public void connected() {
        settle();
        ask(epoch == 0 ? Cause.NEW : Cause.RECONNECTED);
    }

    /// There is none for the time being. What is known stays: a worker's cache outlives its connections.
    public void disconnected() {
        settle();
    }

    /// The worker is gone, and what it held.
    public void close() {
        settle();
        index.clear(worker);
        held = 0;
        isSynced = false;
    }

    /// True once the worker's whole content was heard, and since then.
    public boolean isSynced() {
        return isSynced;
    }

    /// Blocks that the worker holds, as far as is known.
    public int held() {
        return held;
    }

    public void events(long question, long from, long first, List<KvEvent> events) {
        if (question != 0 && question != open) {
            return;
        }
        if (from != epoch) {
            noticed(Cause.RESTARTED);
            return;
        }
        if (first > next) {
            noticed(Cause.GAP);
            return;
        }
        int known = (int) Math.min(events.size(), next - first);
        if (known > 0) {
            listener.repeated(known);
        }
        for (KvEvent event : events.subList(known, events.size())) {
            apply(event);
        }
        if (question != 0) {
            answered(events.size() - known);
        }
    }

    public void content(long question, long from, long at, int part, int count, long[] blocks) {
        if (question != open || part < 0 || part >= count) {
            return;
        }
        long[][] collected = parts;
        if (collected == null || collected.length != count) {
            collected = new long[count][];
            parts = collected;
            partsLeft = count;
        }
        if (collected[part] == null) {
            collected[part] = blocks;
            partsLeft--;
        }
        if (partsLeft > 0) {
            return;
        }
        // Events may have overtaken the answer; what is known then is newer.
        if (from != epoch || at > next || !isSynced) {
            replace(collected);
            epoch = from;
            next = at;
        }
        answered(-1);
    }

    /// The worker has `count` events now.
    public void head(long from, long count) {
        if (from != epoch) {
            noticed(Cause.RESTARTED);
        } else if (count > next) {
            noticed(Cause.GAP);
        }
    }

    private void replace(long[][] content) {
        index.clear(worker);
        held = 0;
        for (long[] blocks : content) {
            held += index.store(worker, blocks, 0, blocks.length);
        }
    }

    private void apply(KvEvent event) {
        switch (event) {
            case KvEvent.Stored(long _, long[] blocks) -> held += index.store(worker, blocks, 0, blocks.length);
            case KvEvent.Removed(long[] blocks) -> held -= index.remove(worker, blocks, 0, blocks.length);
            case KvEvent.Cleared() -> {
                index.clear(worker);
                held = 0;
            }
        }
        Invariants.check(held >= 0, "a worker holds %s blocks", held);
        next++;
        listener.applied(event);
    }

    private void noticed(Cause why) {
        if (open == 0) {
            ask(epoch == 0 ? Cause.NEW : why);
        }
    }

    private void ask(Cause why) {
        if (open == 0) {
            cause = why;
            openedNanos = loop.now();
        }
        open = ++asked;
        parts = null;
        retry = loop.after(retryNanos, () -> {
            retryNanos = Math.min(2 * retryNanos, config.retryMaxNanos());
            ask(why);
        });
        asker.follow(open, epoch, next);
    }

    private void answered(long missed) {
        settle();
        isSynced = true;
        listener.resynced(cause, held, missed, loop.now() - openedNanos);
    }

    private void settle() {
        open = 0;
        parts = null;
        retry.cancel();
        retryNanos = config.retryMinNanos();
    }
}
