package io.faultline.runtime.kv;

import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// Tells followers of a worker's KV cache. It keeps the cache's content and its newest events, so that a follower that
/// missed some gets what it lacks: the events if they are still kept, otherwise the content. Either answer is a
/// consistent cut: the content before an event, and every event from that one on follows.
///
/// The changes of one turn go out together, at its end, and those of one kind that follow each other are one event. A
/// follower that does not keep up is told nothing meanwhile; it finds the gap and asks. Confined to the loop.
public final class KvPublisher implements KvCacheListener {
    private static final long MINE = 1;
    private static final int BLOCKS_AT_FIRST = 64;

    private final NodeLoop loop;
    private final KvFeedConfig config;
    private final long epoch;
    private final HolderTable held = new HolderTable();
    private final KvEvent[] kept;
    private final SequencedSet<Follower> followers = new LinkedHashSet<>();
    /// Number of the next event.
    private long next;
    /// Number of the first event that followers were not sent.
    private long unsent;
    /// The event that is being put together.
    private Kind kind = Kind.NONE;

    private long parent;
    private long[] blocks = new long[BLOCKS_AT_FIRST];
    private int count;
    private boolean isFlushSet;
    private NodeLoop.Timer head = () -> {};

    private enum Kind {
        NONE,
        STORED,
        REMOVED
    }

    /// Where one follower's words go.
    public interface Follower {
        /// @param question that these answer, 0 for none
        /// @param first number of the first of them
        void events(long question, long epoch, long first, List<KvEvent> events);

        /// One of `parts` parts of the content before event `next`; all are sent in one turn.
        void content(long question, long epoch, long next, int part, int parts, long[] blocks);

        /// There are `next` events.
        void head(long epoch, long next);

        /// True while it does not take what it was sent.
        boolean isBehind();
    }

    /// @param epoch names this life of the worker; different from that of any other, and not 0
    public KvPublisher(NodeLoop loop, KvFeedConfig config, long epoch) {
        Invariants.check(epoch != 0, "an epoch is not 0");
        this.loop = loop;
        this.config = config;
        this.epoch = epoch;
        this.kept = new KvEvent[config.eventsKept()];
    }

    // ---- the cache's word

    @Override
    public void stored(long before, long block) {
        held.add(block, MINE);
        if (kind != Kind.STORED || blocks[count - 1] != before) {
            begin(Kind.STORED);
            parent = before;
        }
        append(block);
    }

    @Override
    public void removed(long block) {
        held.remove(block, MINE);
        if (kind != Kind.REMOVED) {
            begin(Kind.REMOVED);
        }
        append(block);
    }

    @Override
    public void cleared() {
        held.removeAll(MINE);
        begin(Kind.NONE);
        keep(new KvEvent.Cleared());
        scheduleFlush();
    }

    private void begin(Kind other) {
        complete();
        kind = other;
    }

    private void append(long block) {
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * count);
        }
        blocks[count++] = block;
        scheduleFlush();
        if (count == config.frameBlocksMax()) {
            complete();
        }
    }

    private void complete() {
        if (count > 0) {
            long[] told = Arrays.copyOf(blocks, count);
            keep(kind == Kind.STORED ? new KvEvent.Stored(parent, told) : new KvEvent.Removed(told));
        }
        kind = Kind.NONE;
        count = 0;
    }

    private void keep(KvEvent event) {
        kept[(int) (next++ % kept.length)] = event;
    }

    // ---- followers

    /// Tells `follower` of everything from now on, after what it lacks.
    /// @param question repeated in the answer
    /// @param knownEpoch the life that the follower knows something of; 0 = none
    /// @param from the first event of that life that it does not know
    public void follow(Follower follower, long question, long knownEpoch, long from) {
        complete();
        if (followers.add(follower) && followers.size() == 1) {
            // Nobody was there for what came before; the answer tells of it.
            unsent = next;
            head = loop.after(config.headNanos(), this::tellHead);
        }
        if (knownEpoch == epoch && from >= oldest() && from <= next) {
            send(follower, question, from);
        } else {
            sendContent(follower, question);
        }
    }

    public void unfollow(Follower follower) {
        followers.remove(follower);
        if (followers.isEmpty()) {
            head.cancel();
        }
    }

    /// Says nothing more.
    public void close() {
        followers.clear();
        head.cancel();
    }

    /// The blocks that can be reused now, in ascending order.
    public long[] content() {
        return held.blocksOf(MINE);
    }

    private void scheduleFlush() {
        if (!isFlushSet && !followers.isEmpty()) {
            isFlushSet = true;
            loop.post(this::flush);
        }
    }

    private void flush() {
        isFlushSet = false;
        complete();
        long from = Math.max(unsent, oldest());
        unsent = next;
        for (Follower follower : List.copyOf(followers)) {
            if (from < next && !follower.isBehind()) {
                send(follower, 0, from);
            }
        }
    }

    private void tellHead() {
        flush();
        for (Follower follower : List.copyOf(followers)) {
            follower.head(epoch, next);
        }
        head = loop.after(config.headNanos(), this::tellHead);
    }

    private long oldest() {
        return Math.max(0, next - kept.length);
    }

    /// In frames of bounded size; one without events when there are none, if that is an answer.
    private void send(Follower follower, long question, long from) {
        List<KvEvent> batch = new ArrayList<>();
        long first = from;
        int size = 0;
        for (long number = from; number < next; number++) {
            KvEvent event = kept[(int) (number % kept.length)];
            if (size > 0 && size + KvEvent.blocks(event) > config.frameBlocksMax()) {
                follower.events(question, epoch, first, List.copyOf(batch));
                batch.clear();
                first = number;
                size = 0;
            }
            batch.add(event);
            size += KvEvent.blocks(event);
        }
        if (question != 0 || !batch.isEmpty()) {
            follower.events(question, epoch, first, List.copyOf(batch));
        }
    }

    private void sendContent(Follower follower, long question) {
        long[] all = content();
        int size = config.frameBlocksMax();
        int parts = Math.max(1, (all.length + size - 1) / size);
        for (int part = 0; part < parts; part++) {
            long[] some = Arrays.copyOfRange(all, part * size, Math.min(all.length, (part + 1) * size));
            follower.content(question, epoch, next, part, parts, some);
        }
    }
}
