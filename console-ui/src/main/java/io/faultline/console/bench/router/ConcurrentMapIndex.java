package io.faultline.console.bench.router;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/// The index that one would write first: a concurrent map from a block to the set of its holders, as bits.
final class ConcurrentMapIndex implements Contestant {
    private final ConcurrentHashMap<Long, long[]> holders = new ConcurrentHashMap<>();
    private final int words;

    ConcurrentMapIndex(int workers) {
        words = (workers + Long.SIZE - 1) / Long.SIZE;
    }

    @Override
    public void store(int worker, long parent, long[] blocks, int from, int to) {
        for (int i = from; i < to; i++) {
            holders.computeIfAbsent(blocks[i], _ -> new long[words])[worker / Long.SIZE] |= 1L << worker % Long.SIZE;
        }
    }

    @Override
    public void remove(int worker, long[] blocks, int from, int to) {
        for (int i = from; i < to; i++) {
            remove(worker, blocks[i]);
        }
    }

    private void remove(int worker, long block) {
        holders.computeIfPresent(block, (_, set) -> {
            set[worker / Long.SIZE] &= ~(1L << worker % Long.SIZE);
            for (long word : set) {
                if (word != 0) {
                    return set;
                }
            }
            return null;
        });
    }

    @Override
    public int match(long[] blocks, int[] overlaps) {
        Arrays.fill(overlaps, 0);
        int longest = 0;
        long[] still = new long[words];
        Arrays.fill(still, -1);
        for (int i = 0; i < blocks.length; i++) {
            long[] set = holders.get(blocks[i]);
            if (set == null) {
                break;
            }
            boolean any = false;
            for (int word = 0; word < words; word++) {
                still[word] &= set[word];
                for (long left = still[word]; left != 0; left &= left - 1) {
                    overlaps[word * Long.SIZE + Long.numberOfTrailingZeros(left)] = i + 1;
                    any = true;
                }
            }
            if (!any) {
                break;
            }
            longest = i + 1;
        }
        return longest;
    }
}
