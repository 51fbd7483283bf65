package io.faultline.runtime.router;

/// How many sequences use each block: open addressing with linear probing; deleting shifts later entries back.
/// Confined to its book.
final class BlockCounts {
    private static final int ENTRIES_AT_FIRST = 64;

    /// Slot s has its hash at 2s and its count at 2s + 1; 0 there marks an empty slot.
    private long[] slots = new long[2 * ENTRIES_AT_FIRST];

    private int mask = slots.length - 1;
    private int different;

    /// Different blocks in use.
    int different() {
        return different;
    }

    boolean isUsed(long block) {
        return slots[find(block) + 1] != 0;
    }

    /// One more sequence uses these blocks.
    void add(long[] blocks) {
        for (long block : blocks) {
            int at = find(block);
            if (slots[at + 1]++ == 0) {
                slots[at] = block;
                if (++different > slots.length / 4) {
                    grow();
                }
            }
        }
    }

    /// One sequence fewer uses them.
    void remove(long[] blocks) {
        for (long block : blocks) {
            int at = find(block);
            if (slots[at + 1] > 0 && --slots[at + 1] == 0) {
                different--;
                closeGap(at);
            }
        }
    }

    /// How many blocks of a prompt are in use, from the first on. Whoever uses a block uses all before it, so the
    /// border is found by halving.
    int prefixInUse(long[] prompt) {
        int low = 0;
        int high = prompt.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isUsed(prompt[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The block's slot, or the empty one where it would be.
    private int find(long block) {
        int at = home(block);
        while (slots[at + 1] != 0 && slots[at] != block) {
            at = (at + 2) & mask;
        }
        return at;
    }

    private void closeGap(int removed) {
        int hole = removed;
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

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        mask = slots.length - 1;
        for (int from = 0; from < old.length; from += 2) {
            if (old[from + 1] != 0) {
                int at = find(old[from]);
                slots[at] = old[from];
                slots[at + 1] = old[from + 1];
            }
        }
    }

    private int home(long hash) {
        return ((int) (hash ^ (hash >>> 32)) << 1) & mask;
    }
}
