package io.faultline.runtime.engine.modelled;

import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.seam.Invariants;
import java.util.Arrays;

/// A paged KV cache with a fixed number of blocks. Every block is in one of three states, and their numbers always
/// add up to the total:
///
/// - active: one or more sequences refer to it;
/// - cached: full, known by its hash, referred to by nobody; taken back by [#share], or evicted for [#allocate],
///   the least recently released first;
/// - free: holds nothing.
///
/// It counts blocks and knows their hashes; there are no keys and values in it. Confined to the worker's loop.
final class KvCache {
    private static final int NONE = -1;

    private final KvCacheListener listener;
    private final BlockIndex index;
    private final int[] references;
    private final long[] hashOf;
    private final boolean[] indexed;
    /// Cached blocks, a list from the least to the most recently released.
    private final int[] older;

    private final int[] newer;
    private int oldest = NONE;
    private int newest = NONE;
    /// Free blocks, a stack.
    private final int[] free;

    private int freeBlocks;
    private int cachedBlocks;
    private int activeBlocks;

    KvCache(int blocks, KvCacheListener listener) {
        this.listener = listener;
        index = new BlockIndex(blocks);
        references = new int[blocks];
        hashOf = new long[blocks];
        indexed = new boolean[blocks];
        older = new int[blocks];
        newer = new int[blocks];
        free = new int[blocks];
        for (int block = blocks - 1; block >= 0; block--) {
            free[freeBlocks++] = block;
        }
    }

    int total() {
        return references.length;
    }

    int active() {
        return activeBlocks;
    }

    int cached() {
        return cachedBlocks;
    }

    /// Blocks that [#allocate] can hand out.
    int available() {
        return freeBlocks + cachedBlocks;
    }

    /// The full block with that hash, or -1.
    int find(long hash) {
        return index.find(hash);
    }

    boolean isActive(int block) {
        return references[block] > 0;
    }

    /// One more sequence refers to a block found by its hash.
    void share(int block) {
        if (references[block]++ == 0) {
            unlink(block);
            cachedBlocks--;
            activeBlocks++;
        }
    }

    /// An empty block for one sequence, or -1 if all are active.
    int allocate() {
        int block;
        if (freeBlocks > 0) {
            block = free[--freeBlocks];
        } else if (oldest != NONE) {
            block = evictOldest();
        } else {
            return NONE;
        }
        references[block] = 1;
        activeBlocks++;
        return block;
    }

    /// A block is full now: others may reuse it under its hash. If the cache holds an equal block already, that
    /// one is shared and the given one is given up. Returns the block to use from now on.
    int seal(int block, long parent, long hash) {
        int equal = index.putIfAbsent(hash, block);
        if (equal != NONE) {
            share(equal);
            release(block);
            return equal;
        }
        hashOf[block] = hash;
        indexed[block] = true;
        listener.stored(parent, hash);
        return block;
    }

    /// One sequence fewer refers to the block; when it was the last, a full block stays for reuse.
    void release(int block) {
        if (references[block] <= 0) {
            throw Invariants.broken("block %s is released but nobody refers to it", block);
        }
        if (--references[block] > 0) {
            return;
        }
        activeBlocks--;
        if (indexed[block]) {
            linkNewest(block);
            cachedBlocks++;
        } else {
            free[freeBlocks++] = block;
        }
    }

    /// Forgets what can be reused: cached blocks become free, active ones stay with their sequences and have no hash.
    void clear() {
        while (oldest != NONE) {
            int block = oldest;
            unlink(block);
            cachedBlocks--;
            free[freeBlocks++] = block;
        }
        for (int block = 0; block < indexed.length; block++) {
            if (indexed[block]) {
                index.remove(hashOf[block]);
                indexed[block] = false;
            }
        }
        listener.cleared();
    }

    /// Takes in full blocks that were computed elsewhere, as cached ones; stops when there is no room. Those at the
    /// front are evicted last.
    ///
    /// @return how many of them are there now, from the first on
    int takeIn(long parent, long[] hashes) {
        int[] taken = new int[hashes.length];
        int count = 0;
        long before = parent;
        for (long hash : hashes) {
            int block = index.find(hash);
            if (block == NONE) {
                block = allocate();
                if (block == NONE) {
                    break;
                }
                block = seal(block, before, hash);
            } else {
                share(block);
            }
            taken[count++] = block;
            before = hash;
        }
        for (int i = count - 1; i >= 0; i--) {
            release(taken[i]);
        }
        return count;
    }

    /// Blocks are conserved. Cheap enough for every iteration.
    void checkConserved() {
        if (activeBlocks + cachedBlocks + freeBlocks != references.length) {
            throw Invariants.broken(
                    "%s active + %s cached + %s free blocks are not the %s there are",
                    activeBlocks, cachedBlocks, freeBlocks, references.length);
        }
    }

    /// Hashes of the full blocks, in ascending order, for audits.
    long[] content() {
        long[] found = new long[references.length];
        int count = 0;
        for (int block = 0; block < indexed.length; block++) {
            if (indexed[block]) {
                found[count++] = hashOf[block];
            }
        }
        long[] sorted = Arrays.copyOf(found, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /// References to a block, for audits.
    int references(int block) {
        return references[block];
    }

    private int evictOldest() {
        int block = oldest;
        unlink(block);
        cachedBlocks--;
        index.remove(hashOf[block]);
        indexed[block] = false;
        listener.removed(hashOf[block]);
        return block;
    }

    private void linkNewest(int block) {
        older[block] = newest;
        newer[block] = NONE;
        if (newest == NONE) {
            oldest = block;
        } else {
            newer[newest] = block;
        }
        newest = block;
    }

    private void unlink(int block) {
        if (older[block] == NONE) {
            oldest = newer[block];
        } else {
            newer[older[block]] = newer[block];
        }
        if (newer[block] == NONE) {
            newest = older[block];
        } else {
            older[newer[block]] = older[block];
        }
    }
}
