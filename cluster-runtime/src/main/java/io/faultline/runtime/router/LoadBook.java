package io.faultline.runtime.router;

import io.faultline.runtime.transport.Frame;
import java.util.TreeMap;

/// Which sequences are under way on which workers, by the word of all frontends, and what that loads the workers with.
/// An instance has an entry while a sequence is on it, whether or not discovery knows it. Confined to the router's
/// loop.
final class LoadBook {
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private int sequences;

    /// A sequence on a worker. Belongs to who added it, and is removed once.
    static final class Placed {
        private final long instance;
        private final long[] blocks;
        private final boolean hasTail;
        private long prefillTokens;

        private Placed(long instance, long[] blocks, boolean hasTail, long prefillTokens) {
            this.instance = instance;
            this.blocks = blocks;
            this.hasTail = hasTail;
            this.prefillTokens = prefillTokens;
        }

        long instance() {
            return instance;
        }
    }

    private static final class Entry {
        private final BlockCounts blocks = new BlockCounts();
        private int sequences;
        private int tails;
        private long prefillTokens;
    }

    int sequences() {
        return sequences;
    }

    Placed add(Frame.SequenceStarted started) {
        Placed placed = new Placed(started.instance(), started.blocks(), started.hasTail(), started.prefillTokens());
        Entry entry = entries.computeIfAbsent(placed.instance, _ -> new Entry());
        entry.blocks.add(placed.blocks);
        entry.sequences++;
        entry.tails += placed.hasTail ? 1 : 0;
        entry.prefillTokens += placed.prefillTokens;
        sequences++;
        return placed;
    }

    void prefilled(Placed placed) {
        Entry entry = entries.get(placed.instance);
        if (entry != null) {
            entry.prefillTokens -= placed.prefillTokens;
            placed.prefillTokens = 0;
        }
    }

    void remove(Placed placed) {
        prefilled(placed);
        Entry entry = entries.get(placed.instance);
        if (entry != null) {
            entry.blocks.remove(placed.blocks);
            entry.tails -= placed.hasTail ? 1 : 0;
            sequences--;
            if (--entry.sequences == 0) {
                entries.remove(placed.instance);
            }
        }
    }

    /// Prompt tokens that the worker still has to compute.
    long prefillTokens(long instance) {
        Entry entry = entries.get(instance);
        return entry == null ? 0 : entry.prefillTokens;
    }

    /// Leading blocks of a prompt that sequences on the worker hold or will have computed.
    int prefixInUse(long instance, long[] prompt) {
        Entry entry = entries.get(instance);
        return entry == null ? 0 : entry.blocks.prefixInUse(prompt);
    }

    /// Different blocks that the worker's sequences hold with a prompt among them.
    /// @param hasTail whether the prompt goes on after its last full block
    int decodeBlocksWith(long instance, long[] prompt, boolean hasTail) {
        int tail = hasTail ? 1 : 0;
        Entry entry = entries.get(instance);
        return entry == null
                ? prompt.length + tail
                : entry.blocks.different() + entry.tails + prompt.length - entry.blocks.prefixInUse(prompt) + tail;
    }
}
