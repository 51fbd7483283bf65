package io.faultline.runtime.kv;

import java.util.Arrays;

/// Which of at most 64 workers hold a block: a map from sequence hash to a set of bits, by open addressing with
/// linear probing. Hash and set stand side by side, because a look-up costs what it misses in the processor's caches.
/// A block that nobody holds has no entry: deleting shifts later entries back, so there are no tombstones. At most
/// five eighths full, which is 26 to 51 bytes a block. Confined to its index.
final class HolderTable {
    private static final int ENTRIES_AT_FIRST = 1024;

    /// Slot s has its hash at 2s and its holders at 2s + 1; no holders mark an empty slot.
    private long[] slots = new long[2 * ENTRIES_AT_FIRST];

    private int mask = slots.length - 1;
    private int entries;
    private long touched;

    int entries() {
        return entries;
    }

    /// The set of holders; 0 for an unknown block.
    long holders(long hash) {
        long[] table = slots;
        int at = home(hash);
        while (table[at + 1] != 0) {
            if (table[at] == hash) {
                return table[at + 1];
            }
            at = (at + 2) & mask;
        }
        return 0;
    }

    /// Loads the entries of several blocks into the processor's caches. These loads do not wait for each other, whereas
    /// those of one change after the other would; an index of many blocks spends most of its time in them.
    void touch(long[] blocks, int from, int to) {
        long[] table = slots;
        long seen = 0;
        for (int i = from; i < to; i++) {
            seen += table[home(blocks[i])];
        }
        // Kept, lest the loads be optimised away.
        touched = seen;
    }

    /// What [#touch] saw last; of no meaning.
    long touched() {
        return touched;
    }

    /// True when that worker was not among the holders before.
    boolean add(long hash, long worker) {
        int at = home(hash);
        while (slots[at + 1] != 0) {
            if (slots[at] == hash) {
                long before = slots[at + 1];
                slots[at + 1] = before | worker;
                return (before & worker) == 0;
            }
            at = (at + 2) & mask;
        }
        slots[at] = hash;
        slots[at + 1] = worker;
        if (++entries > slots.length / 2 / 8 * 5) {
            rebuild(slots.length * 2, 0);
        }
        return true;
    }

    /// True when that worker was among the holders.
    boolean remove(long hash, long worker) {
        int at = home(hash);
        while (slots[at + 1] != 0) {
            if (slots[at] == hash) {
                long before = slots[at + 1];
                if ((before & ~worker) == 0) {
                    delete(at);
                } else {
                    slots[at + 1] = before & ~worker;
                }
                return (before & worker) != 0;
            }
            at = (at + 2) & mask;
        }
        return false;
    }

    /// Forgets everything about some workers. As long as a pass over the whole table.
    void removeAll(long workers) {
        rebuild(slots.length, workers);
    }

    /// The blocks that any of these workers hold, in ascending order.
    long[] blocksOf(long workers) {
        long[] found = new long[entries];
        int count = 0;
        for (int at = 0; at < slots.length; at += 2) {
            if ((slots[at + 1] & workers) != 0) {
                found[count++] = slots[at];
            }
        }
        long[] sorted = Arrays.copyOf(found, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private void delete(int from) {
        int hole = from;
        entries--;
        for (int at = (hole + 2) & mask; slots[at + 1] != 0; at = (at + 2) & mask) {
            // An entry may move back to the hole unless its home lies between the two.
            if (((at - home(slots[at])) & mask) >= ((at - hole) & mask)) {
                slots[hole] = slots[at];
                slots[hole + 1] = slots[at + 1];
                hole = at;
            }
        }
        slots[hole + 1] = 0;
    }

    private void rebuild(int length, long without) {
        long[] old = slots;
        slots = new long[length];
        mask = length - 1;
        entries = 0;
        for (int from = 0; from < old.length; from += 2) {
            long holders = old[from + 1] & ~without;
            if (holders != 0) {
                int at = home(old[from]);
                while (slots[at + 1] != 0) {
                    at = (at + 2) & mask;
                }
                slots[at] = old[from];
                slots[at + 1] = holders;
                entries++;
            }
        }
        if (entries == 0 && length > 2 * ENTRIES_AT_FIRST) {
            slots = Arrays.copyOf(slots, 2 * ENTRIES_AT_FIRST);
            mask = slots.length - 1;
        }
    }

    private int home(long hash) {
        return ((int) (hash ^ (hash >>> 32)) << 1) & mask;
    }
}
