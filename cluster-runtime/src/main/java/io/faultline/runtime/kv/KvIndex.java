package io.faultline.runtime.kv;

import io.faultline.runtime.seam.Invariants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A router's picture of the caches of its workers: which of them hold a block. Workers are numbered from 0 by
/// whoever uses the index, densely, because a set of 64 workers is one word of memory. Storing what is stored and
/// removing what is not there change nothing, so a repeated event does no harm. Confined to one loop.
public final class KvIndex {
    private static final int GROUP = Long.SIZE;

    /// Loads that a core can have under way at the same time, about.
    private static final int BATCH = 16;

    /// One for each 64 workers.
    private final List<HolderTable> tables = new ArrayList<>();

    /// The most workers that an index is made for.
    public static final int WORKERS_MAX = 4096;

    public void store(int worker, long block) {
        table(worker).add(block, bit(worker));
    }

    /// Stores `blocks[from, to)`, as an engine tells of the blocks of one step; faster than one by one.
    /// @return how many of them the worker was not known to hold
    public int store(int worker, long[] blocks, int from, int to) {
        HolderTable table = table(worker);
        long bit = bit(worker);
        int stored = 0;
        for (int batch = from; batch < to; batch += BATCH) {
            int end = Math.min(to, batch + BATCH);
            table.touch(blocks, batch, end);
            for (int i = batch; i < end; i++) {
                stored += table.add(blocks[i], bit) ? 1 : 0;
            }
        }
        return stored;
    }

    public void remove(int worker, long block) {
        table(worker).remove(block, bit(worker));
    }

    /// Removes `blocks[from, to)`.
    /// @return how many of them the worker was known to hold
    public int remove(int worker, long[] blocks, int from, int to) {
        HolderTable table = table(worker);
        long bit = bit(worker);
        int removed = 0;
        for (int batch = from; batch < to; batch += BATCH) {
            int end = Math.min(to, batch + BATCH);
            table.touch(blocks, batch, end);
            for (int i = batch; i < end; i++) {
                removed += table.remove(blocks[i], bit) ? 1 : 0;
            }
        }
        return removed;
    }

    /// Forgets all that a worker holds: it is gone, or its cache was cleared. As long as a pass over the index.
    public void clear(int worker) {
        table(worker).removeAll(bit(worker));
    }

    public boolean holds(int worker, long block) {
        return (table(worker).holders(block) & bit(worker)) != 0;
    }

    /// All that a worker holds, in ascending order. As long as a pass over the index.
    public long[] blocksOf(int worker) {
        return table(worker).blocksOf(bit(worker));
    }

    /// How many blocks of a prompt each worker holds without a gap from the first on: only those spare it prefill.
    /// @param blocks sequence hashes of the prompt's full blocks
    /// @param overlaps takes the counts, by worker; those of workers that the index does not know become 0
    /// @return the highest of them
    public int match(long[] blocks, int[] overlaps) {
        Arrays.fill(overlaps, 0);
        int longest = 0;
        for (int group = 0; group < tables.size(); group++) {
            longest = Math.max(longest, match(tables.get(group), blocks, overlaps, group * GROUP));
        }
        return longest;
    }

    private static int match(HolderTable table, long[] blocks, int[] overlaps, int firstWorker) {
        long still = blocks.length == 0 ? 0 : table.holders(blocks[0]);
        int matched = 0;
        while (still != 0 && ++matched < blocks.length) {
            if (matched % BATCH == 1) {
                table.touch(blocks, matched, Math.min(blocks.length, matched + BATCH));
            }
            long next = still & table.holders(blocks[matched]);
            if (next != still) {
                note(still & ~next, matched, overlaps, firstWorker);
                still = next;
            }
        }
        note(still, matched, overlaps, firstWorker);
        return matched;
    }

    private static void note(long workers, int matched, int[] overlaps, int firstWorker) {
        for (long left = workers; left != 0; left &= left - 1) {
            int worker = firstWorker + Long.numberOfTrailingZeros(left);
            if (worker < overlaps.length) {
                overlaps[worker] = matched;
            }
        }
    }

    /// Entries of the index: different blocks, counted once for each 64 workers among which one holds it.
    public long size() {
        return tables.stream().mapToLong(HolderTable::entries).sum();
    }

    private HolderTable table(int worker) {
        Invariants.check(worker >= 0 && worker < WORKERS_MAX, "worker %s is not 0 to %s", worker, WORKERS_MAX - 1);
        while (tables.size() <= worker / GROUP) {
            tables.add(new HolderTable());
        }
        return tables.get(worker / GROUP);
    }

    private static long bit(int worker) {
        return 1L << worker % GROUP;
    }
}
