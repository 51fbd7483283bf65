package io.faultline.runtime.engine.modelled;

/// Finds a block by its hash: open addressing with linear probing, at most half full, no boxing. Hash and block
/// stand side by side, because a look-up costs what it misses in the processor's caches. Deleting shifts later
/// entries back, so there are no tombstones. Confined to its cache.
final class BlockIndex {
    private static final int ABSENT = -1;

    /// Slot s has its hash at 2s and its block + 1 at 2s + 1; 0 there marks an empty slot.
    private final long[] slots;

    private final int mask;

    BlockIndex(int entriesMax) {
        int count = Integer.highestOneBit(Math.max(2, entriesMax) * 2 - 1) << 1;
        slots = new long[2 * count];
        mask = 2 * count - 1;
    }

    /// The block, or -1.
    int find(long hash) {
        int at = home(hash);
        while (slots[at + 1] != 0) {
            if (slots[at] == hash) {
                return (int) slots[at + 1] - 1;
            }
            at = next(at);
        }
        return ABSENT;
    }

    /// The block that is there already, or -1 and now the given one is.
    int putIfAbsent(long hash, int block) {
        int at = home(hash);
        while (slots[at + 1] != 0) {
            if (slots[at] == hash) {
                return (int) slots[at + 1] - 1;
            }
            at = next(at);
        }
        slots[at] = hash;
        slots[at + 1] = block + 1L;
        return ABSENT;
    }

    /// The hash must be present.
    void remove(long hash) {
        int hole = home(hash);
        while (slots[hole] != hash || slots[hole + 1] == 0) {
            hole = next(hole);
        }
        for (int at = next(hole); slots[at + 1] != 0; at = next(at)) {
            // An entry may move back to the hole unless its home lies between the two.
            if (((at - home(slots[at])) & mask) >= ((at - hole) & mask)) {
                slots[hole] = slots[at];
                slots[hole + 1] = slots[at + 1];
                hole = at;
            }
        }
        slots[hole + 1] = 0;
    }

    private int next(int at) {
        return (at + 2) & mask;
    }

    private int home(long hash) {
        return ((int) (hash ^ (hash >>> 32)) << 1) & mask;
    }
}
