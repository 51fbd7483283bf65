package io.faultline.runtime.engine.modelled;

/// Finds a block by its hash: open addressing with linear probing, at most half full, no boxing. Deleting shifts
/// later entries back, so there are no tombstones. Confined to its cache.
final class BlockIndex {
    private static final int ABSENT = -1;

    private final long[] keys;
    /// Block + 1; 0 marks an empty slot.
    private final int[] values;

    private final int mask;

    BlockIndex(int entriesMax) {
        int slots = Integer.highestOneBit(Math.max(2, entriesMax) * 2 - 1) << 1;
        keys = new long[slots];
        values = new int[slots];
        mask = slots - 1;
    }

    /// The block, or -1.
    int find(long hash) {
        for (int slot = home(hash); values[slot] != 0; slot = (slot + 1) & mask) {
            if (keys[slot] == hash) {
                return values[slot] - 1;
            }
        }
        return ABSENT;
    }

    /// The hash must be absent.
    void put(long hash, int block) {
        int slot = home(hash);
        while (values[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        keys[slot] = hash;
        values[slot] = block + 1;
    }

    /// The hash must be present.
    void remove(long hash) {
        int hole = home(hash);
        while (keys[hole] != hash || values[hole] == 0) {
            hole = (hole + 1) & mask;
        }
        for (int slot = (hole + 1) & mask; values[slot] != 0; slot = (slot + 1) & mask) {
            // An entry may move back to the hole unless its home lies between the two.
            if (((slot - home(keys[slot])) & mask) >= ((slot - hole) & mask)) {
                keys[hole] = keys[slot];
                values[hole] = values[slot];
                hole = slot;
            }
        }
        values[hole] = 0;
    }

    private int home(long hash) {
        return (int) (hash ^ (hash >>> 32)) & mask;
    }
}
