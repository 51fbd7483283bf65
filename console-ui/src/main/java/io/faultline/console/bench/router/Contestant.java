package io.faultline.console.bench.router;

import io.faultline.runtime.kv.KvIndex;

/// An index under measurement. All of them answer the same questions; only the shape of their memory differs.
interface Contestant {
    /// Stores `blocks[from, to)`, which follow each other.
    /// @param parent of the first; 0 for none
    void store(int worker, long parent, long[] blocks, int from, int to);

    void remove(int worker, long[] blocks, int from, int to);

    /// As [KvIndex#match].
    int match(long[] blocks, int[] overlaps);

    /// Ours.
    final class OpenAddressing implements Contestant {
        private final KvIndex index = new KvIndex();

        @Override
        public void store(int worker, long parent, long[] blocks, int from, int to) {
            index.store(worker, blocks, from, to);
        }

        @Override
        public void remove(int worker, long[] blocks, int from, int to) {
            index.remove(worker, blocks, from, to);
        }

        @Override
        public int match(long[] blocks, int[] overlaps) {
            return index.match(blocks, overlaps);
        }
    }
}
